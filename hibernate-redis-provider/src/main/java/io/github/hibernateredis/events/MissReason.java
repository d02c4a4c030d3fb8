package io.github.hibernateredis.events;

/**
 * Why no entry was used.
 *
 * @since 0.1.0
 */
public enum MissReason {
    /** There is none. */
    ABSENT,
    /** There is none, and another session is loading it: {@code load_wait}. */
    LOADING,
    /** Its time to live is over. */
    EXPIRED,
    /** It is newer than what the transaction may read: reads are repeatable, and the entry was written since it began. */
    NEWER_THAN_SNAPSHOT,
    /** The session itself is writing the row. */
    BEING_WRITTEN,
    /** It was stored under another mapping, or is damaged. */
    UNREADABLE,
    /** A cached query result: one of its tables was written since, or is being written. */
    OUTDATED,
    /** The segment has lost its state, and starts a new epoch with the next write. */
    NO_EPOCH
}
