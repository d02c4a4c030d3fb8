package io.github.hibernateredis.events;

/**
 * Why a lookup did not use an entry.
 *
 * @since 0.1.0
 */
public enum MissReason {
    /** There is no entry. */
    ABSENT,
    /** There is no entry, and another session is loading it: {@code load_wait}. */
    LOADING,
    /** The entry has expired. */
    EXPIRED,
    /** The entry was written after the transaction began, and the transaction's reads are repeatable. */
    NEWER_THAN_SNAPSHOT,
    /** The session itself is writing the row. */
    BEING_WRITTEN,
    /** The entry was stored with another mapping, or is damaged. */
    UNREADABLE,
    /** For a cached query result: one of its tables was written later, or is being written. */
    OUTDATED,
    /** The segment has lost its metadata. The next write starts a new epoch. */
    NO_EPOCH
}
