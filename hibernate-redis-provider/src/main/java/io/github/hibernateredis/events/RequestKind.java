package io.github.hibernateredis.events;

/**
 * The purpose of a request to Redis, in order of precedence.
 *
 * @since 0.1.0
 */
public enum RequestKind {
    /** A heartbeat. It never waits, and is also sent to a server that did not answer. */
    HEARTBEAT,
    /** A write: locks, unlocks, evictions, update markers, invalidations of regions. */
    WRITE,
    /** A read. */
    READ,
    /** Values that were loaded from the database. */
    PUT
}
