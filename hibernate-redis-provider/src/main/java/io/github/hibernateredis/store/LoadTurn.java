package io.github.hibernateredis.store;

/** Which session may load a key from the database that several sessions miss at the same time. */
public enum LoadTurn {
    /** The caller: it holds the lease. */
    MINE,
    /** Another session, or the value exists already: reading the key again shows which. */
    OTHER,
    /** Every session: the key or the region is locked, so no loaded value would be stored, or the state is unknown. */
    ANYONE
}
