package io.github.hibernateredis.events;

import org.jspecify.annotations.Nullable;

/**
 * Is told of what happens in the cache. Every method does nothing by default.
 *
 * <p>The calls come from the application's threads and from those of the Redis client, many at a time: an implementation is
 * thread safe, returns within microseconds, and never blocks. It throws nothing; what it throws all the same is dropped.
 * Region names are qualified names.
 *
 * @since 0.1.0
 */
public interface CacheListener {

    /** Is told and does nothing. */
    CacheListener NONE = new CacheListener() {};

    /** An entry was found and used. */
    default void hit(String region) {}

    /**
     * An entry was found in the memory of this instance and used. By default it counts as a hit like any other.
     */
    default void nearHit(String region) {
        hit(region);
    }

    /** No entry was used. */
    default void miss(String region, MissReason reason) {}

    /** The region was not asked, or its answer was not used: the application goes to the database. */
    default void bypassed(String region, BypassReason reason) {}

    /** What became of a value that was loaded or written. */
    default void put(String region, PutOutcome outcome) {}

    /**
     * A session has waited for another one that loads the same entry, or was about to.
     *
     * @param nanos for how long
     */
    default void loadAwaited(String region, LoadWait outcome, long nanos) {}

    /** An entry was found and used whose TTL was over: {@code stale_ttl}. It is told as a hit as well. */
    default void staleHit(String region) {}

    /**
     * An entry that is still served was to be loaded again: {@code early_refresh} and {@code stale_ttl}.
     *
     * @param nanos how long the load took; 0 if there was none
     * @param failure why it could not be loaded; null if it could
     */
    default void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {}

    /** One entry was evicted on request of the application. */
    default void evicted(String region) {}

    /** The whole region was invalidated. */
    default void cleared(String region) {}

    /** An entry was there and could not be read: it was stored under another mapping, or is damaged. */
    default void decodeFailed(String region, String key) {}

    /**
     * A write could not be confirmed. This instance bypasses the owner until it has been invalidated in Redis.
     *
     * @param owner the region, or the name of the cache of query results
     * @param operation what was not confirmed
     */
    default void invalidationPending(String owner, String operation, Throwable failure) {}

    /** What was pending has been invalidated in Redis; the owner is used again. */
    default void invalidationFlushed(String owner) {}

    /** @param failure what opened the circuit breaker, if that is the new state and anything is known */
    default void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {}

    /** The server answers, but refuses writes. The cache is bypassed until it takes them. */
    default void writesRefused(Throwable refusal) {}

    /** The server takes writes again. */
    default void writesAccepted() {}

    /**
     * A request to Redis is over.
     *
     * @param nanos from when it left for Redis until it was over; 0 if it never left
     */
    default void request(RequestKind kind, RequestOutcome outcome, long nanos) {}

    /**
     * A heartbeat is over.
     *
     * @param nanos how long it took
     * @param late whether it began more than one period after it was due
     */
    default void heartbeat(long nanos, boolean late) {}
}
