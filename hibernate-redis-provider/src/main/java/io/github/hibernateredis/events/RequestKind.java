package io.github.hibernateredis.events;

/**
 * What a request to Redis is for, in the order of precedence.
 *
 * @since 0.1.0
 */
public enum RequestKind {
    /** A heartbeat. It never waits, and tries a server that did not answer. */
    HEARTBEAT,
    /** A write: locks, unlocks, evictions, table updates, invalidations of regions. */
    WRITE,
    /** A read. */
    READ,
    /** Values that were loaded from the database. */
    PUT
}
