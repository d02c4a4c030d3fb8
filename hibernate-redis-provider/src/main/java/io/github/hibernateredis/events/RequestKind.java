package io.github.hibernateredis.events;

/** What a request to Redis is for, in the order of precedence. */
public enum RequestKind {
    /** A heartbeat, or the invalidation of what is pending. */
    HEARTBEAT,
    /** A write of a transaction: locks, unlocks, evictions, table updates. */
    WRITE,
    /** A read. */
    READ,
    /** Values that were loaded from the database. */
    PUT
}
