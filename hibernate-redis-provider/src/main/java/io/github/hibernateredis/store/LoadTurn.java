package io.github.hibernateredis.store;

/** Whose turn it is to load a key from the database that several miss at a time. */
public enum LoadTurn {
    /** The asker's: it holds the lease. */
    MINE,
    /** Another's, or the value is there already: reading the key again tells. */
    ANOTHERS,
    /** Everybody's: the key or the region is locked, so no load would be stored, or nothing is known. */
    EVERYBODYS
}
