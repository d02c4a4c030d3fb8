package io.github.hibernateredis.events;

import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The lines that the cache logs about its own state. Each says what has happened, what that means, and what to do; its id stays
 * the same from release to release, so that alerts can look for it.
 */
public enum LogMessage {
    /** The circuit breaker has opened. */
    OUTAGE_BEGAN(
            "HRP-101",
            Level.WARN,
            "Redis does not answer: %s. The cache is bypassed, and the application reads from its database, until Redis answers"
                    + " again. Check Redis and the network."),
    /** The circuit breaker has closed. */
    OUTAGE_ENDED(
            "HRP-102",
            Level.INFO,
            "Redis answers again after %s s. The cache is used again; a region with a pending invalidation is invalidated first."
                    + " Nothing needs to be done."),
    /** A heartbeat was refused. */
    WRITES_REFUSED(
            "HRP-103",
            Level.WARN,
            "Redis refuses writes: %s. The cache is bypassed until it takes them. Check the server's memory, its role, its disk"
                    + " and the rights of the user."),
    /** A heartbeat was accepted after one that was refused. */
    WRITES_ACCEPTED(
            "HRP-104", Level.INFO, "Redis takes writes again. The cache is used again. Nothing needs to be done."),
    /** A write could not be confirmed. */
    INVALIDATION_PENDING(
            "HRP-105",
            Level.WARN,
            "%s: %s could not be confirmed in Redis: %s. This instance bypasses the region until it has invalidated it in Redis;"
                    + " until then other instances may read outdated entries of it. Check Redis and the network if this lasts."),
    /** What was pending has been invalidated. */
    INVALIDATION_FLUSHED(
            "HRP-106", Level.INFO, "%s was invalidated in Redis and is used again. Nothing needs to be done."),
    /** The factory was closed while invalidations were pending. */
    STOPPED_WHILE_PENDING(
            "HRP-107",
            Level.WARN,
            "The cache was closed before writes could be confirmed in Redis. Until their entries expire, other instances may read"
                    + " outdated ones in: %s. Evict these regions if that takes too long."),
    /** Requests found no place in time. Paced. */
    OVERLOADED(
            "HRP-108",
            Level.WARN,
            "%d reads or writes found no place among the requests that are under way to Redis. Such a read goes to the database;"
                    + " such a write has its region invalidated. If this lasts, Redis or this instance has too much to do."),
    /** Puts were dropped. Paced. */
    PUTS_SHED(
            "HRP-109",
            Level.INFO,
            "%d values that were loaded were not stored, the last one in %s: too many were waiting. They are stored when they are"
                    + " loaded next. If this lasts, Redis or this instance has too much to do."),
    /** The user lacks rights that near caches need. Once. */
    NEAR_CACHE_REFUSED(
            "HRP-110",
            Level.WARN,
            "Near caches are off, as the Redis user lacks rights: %s, for one, needs %s. The regions work without them. Grant the"
                    + " rights for all channels of the key prefix and restart, or set near=false."),
    /** An entry could not be read. Paced for each region. */
    DECODE_FAILED(
            "HRP-201",
            Level.WARN,
            "%s: %d entries could not be read, the last one under the key %s. They were stored under another mapping, or are"
                    + " damaged; each counts as a miss and is replaced. After a deploy with a changed mapping nothing needs to be"
                    + " done."),
    /** An entry could not be loaded in the background. Paced for each region. */
    RELOAD_FAILED(
            "HRP-202",
            Level.WARN,
            "%s: %d entries could not be reloaded in the background, the last one because of: %s. They are served until they expire;"
                    + " then a session loads them. Check the database if this lasts."),
    /** A listener has thrown something. Once for each class. */
    LISTENER_FAILED(
            "HRP-301",
            Level.WARN,
            "The cache listener %s has failed. The cache goes on and the listener is told of later events; this is logged once."
                    + " Correct the listener."),
    /** The application has replaced Hibernate's listener for loads, and a region has {@code absent_ttl}. Once at the start. */
    ABSENT_ROWS_NOT_HEARD(
            "HRP-302",
            Level.WARN,
            "absent_ttl has no effect on %s: the application has replaced Hibernate's DefaultLoadEventListener. Append or"
                    + " prepend the application's listener instead.");

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private final String id;
    private final Level level;
    private final String text;

    LogMessage(String id, Level level, String text) {
        this.id = id;
        this.level = level;
        this.text = text;
    }

    /** What the line begins with. */
    public String id() {
        return id;
    }

    /** The level at which it is logged. */
    public Level level() {
        return level;
    }

    /** The text, a format of {@link java.util.Formatter}. */
    public String text() {
        return text;
    }

    /** The line with those values. */
    public String format(@Nullable Object... values) {
        return id + ": " + String.format(text, values);
    }

    /** Logs the line with those values. */
    public void log(@Nullable Object... values) {
        if (LOG.isEnabled(level)) {
            LOG.log(level, format(values));
        }
    }

    /** Logs the line with those values and a stack trace. */
    void logWith(Throwable failure, @Nullable Object... values) {
        LOG.log(level, format(values), failure);
    }
}
