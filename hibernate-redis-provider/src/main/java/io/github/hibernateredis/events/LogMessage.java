package io.github.hibernateredis.events;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The lines that the cache logs about its own state. Each line says what has happened, what it means, and what to do.
 * Its id stays the same in all releases, so that alerts can search for it. Thread safe.
 */
public enum LogMessage {
    /** The circuit breaker has opened. */
    OUTAGE_BEGAN(
            "HRP-101",
            Level.WARN,
            "Redis does not answer: %s. The cache is bypassed, and the application reads from its database, until"
                    + " Redis answers again. Check Redis and the network."),
    /** The circuit breaker has closed. */
    OUTAGE_ENDED(
            "HRP-102",
            Level.INFO,
            "Redis answers again after %s s. The cache is used again; a region with a pending invalidation is"
                    + " invalidated first. Nothing needs to be done."),
    /** A heartbeat was refused. */
    WRITES_REFUSED(
            "HRP-103",
            Level.WARN,
            "Redis refuses writes: %s. The cache is bypassed until Redis accepts writes. Check the server's memory,"
                    + " role and disk, and the permissions of the Redis user."),
    /** A heartbeat was accepted after one that was refused. */
    WRITES_ACCEPTED(
            "HRP-104", Level.INFO, "Redis accepts writes again. The cache is used again. Nothing needs to be done."),
    /** Redis did not confirm a write. */
    INVALIDATION_PENDING(
            "HRP-105",
            Level.WARN,
            "%s: %s was not confirmed by Redis: %s. This instance bypasses the region until it has invalidated it in"
                    + " Redis. Until then other instances may read outdated entries of it. Check Redis and the network"
                    + " if this lasts."),
    /** A pending invalidation was confirmed. */
    INVALIDATION_FLUSHED(
            "HRP-106", Level.INFO, "%s was invalidated in Redis and is used again. Nothing needs to be done."),
    /** The factory was closed while invalidations were pending. */
    STOPPED_WHILE_PENDING(
            "HRP-107",
            Level.WARN,
            "The cache was closed before Redis had confirmed all writes. Until the entries expire, other instances may"
                    + " read outdated entries in: %s. Evict these regions if that takes too long."),
    /** Too many requests were in progress. At most one line in 30 seconds. */
    OVERLOADED(
            "HRP-108",
            Level.WARN,
            "%d reads or writes were not sent, because too many requests to Redis were in progress. Such a read goes"
                    + " to the database; such a write leaves a pending invalidation. If this lasts, Redis or this"
                    + " instance is overloaded."),
    /** Puts were dropped. At most one line in 30 seconds. */
    PUTS_SHED(
            "HRP-109",
            Level.INFO,
            "%d loaded values were not stored, the last one in %s, because too many were waiting. They are stored when"
                    + " they are loaded next. If this lasts, Redis or this instance is overloaded."),
    /** The Redis user lacks permissions that near caches need. Logged once. */
    NEAR_CACHE_REFUSED(
            "HRP-110",
            Level.WARN,
            "Near caches are off, because the Redis user lacks permissions: %s, for example, needs %s. The regions"
                    + " work without near caches. Grant the permissions for all channels of the key prefix and"
                    + " restart, or set near=false."),
    /** An entry could not be read. At most one line in 30 seconds for each region. */
    DECODE_FAILED(
            "HRP-201",
            Level.WARN,
            "%s: %d entries could not be read, the last one with the key %s. They were stored with another mapping, or"
                    + " are damaged; each counts as a miss and is replaced. After a deployment with a changed mapping"
                    + " nothing needs to be done."),
    /** An entry could not be loaded in the background. Paced for each region. */
    RELOAD_FAILED(
            "HRP-202",
            Level.WARN,
            "%s: %d entries could not be reloaded in the background, the last one because of: %s. They are served"
                    + " until they expire; then a session loads them. Check the database if this lasts."),
    /** A listener has thrown an exception. Logged once for each class. */
    LISTENER_FAILED(
            "HRP-301",
            Level.WARN,
            "The cache listener %s has failed. The cache is not affected, and the listener receives later events."
                    + " Further failures of this class are not logged. Correct the listener."),
    /**
     * The application has replaced Hibernate's load listener, and a region has {@code absent_ttl}. Logged at the start.
     */
    ABSENT_ROWS_NOT_HEARD(
            "HRP-302",
            Level.WARN,
            "absent_ttl has no effect on %s: the application has replaced Hibernate's DefaultLoadEventListener. Append"
                    + " or prepend the application's listener instead."),
    /** A lookup has found no usable entry. The reason is a {@link MissReason}. */
    MISS(
            "HRP-401",
            Level.DEBUG,
            "%s: no usable entry for %s: %s. The application reads from its database. The reasons and remedies are in"
                    + " the documentation, under \"Why is this a miss?\"."),
    /** Redis was not asked, or its answer was not used. The reason is a {@link BypassReason}. */
    LOOKUP_BYPASSED(
            "HRP-402",
            Level.DEBUG,
            "%s: the lookup of %s bypassed the cache: %s. The application reads from its database. The reasons and"
                    + " remedies are in the documentation, under \"Why is this a miss?\"."),
    /** A value was not stored. The reason is a {@link PutOutcome}. */
    NOT_STORED(
            "HRP-403",
            Level.DEBUG,
            "%s: the value of %s was not stored: %s. The reasons and remedies are in the documentation, under \"Why is"
                    + " this a miss?\".");

    private static final String ROOT = "io.github.hibernateredis";

    private final String id;
    private final Level level;
    private final String text;
    private final Logger log;

    LogMessage(String id, Level level, String text) {
        this.id = id;
        this.level = level;
        this.text = text;
        this.log = Logger.getLogger(logger());
    }

    /** The id with which the line begins, such as {@code HRP-101}. */
    public String id() {
        return id;
    }

    /** The name of its logger. That of the lines about single entries can be enabled alone. */
    public String logger() {
        return level == Level.DEBUG ? ROOT + ".entries" : ROOT;
    }

    /** The level at which it is logged. */
    public Level level() {
        return level;
    }

    /** The text, a format string for {@link java.util.Formatter}. */
    public String text() {
        return text;
    }

    /** Returns the line with these values. */
    public String format(@Nullable Object... values) {
        return id + ": " + String.format(text, values);
    }

    /** Logs the line with these values, if its level is enabled. A failure of the logger is ignored. */
    public void log(@Nullable Object... values) {
        try {
            if (log.isEnabled(level)) {
                log.log(level, format(values));
            }
        } catch (RuntimeException e) {
            // The logger belongs to the application. No request or read may fail because of it.
        }
    }

    /** Logs the line with these values and a stack trace. */
    void logWith(Throwable failure, @Nullable Object... values) {
        log.log(level, format(values), failure);
    }
}
