package io.github.hibernateredis.events;

import org.jspecify.annotations.Nullable;

/**
 * Receives the events of the cache. Every method does nothing by default.
 *
 * <p>Threads of the application and of the Redis client call the methods, many at the same time. An implementation must
 * be thread safe, return within microseconds, and never block. It should not throw; an exception is logged once and
 * ignored. Names of regions are qualified names.
 *
 * @since 0.1.0
 */
public interface CacheListener {

    /** A listener that does nothing. */
    CacheListener NONE = new CacheListener() {};

    /** An entry was found and used. */
    default void hit(String region) {}

    /**
     * An entry was found in the memory of this instance and used. By default this calls {@link #hit}.
     */
    default void nearHit(String region) {
        hit(region);
    }

    /** A lookup found no usable entry. */
    default void miss(String region, MissReason reason) {}

    /** A request to the region was not sent, or its answer not used. The application reads from its database. */
    default void bypassed(String region, BypassReason reason) {}

    /** A loaded or written value was stored, or not. */
    default void put(String region, PutOutcome outcome) {}

    /**
     * A session has waited for another session that loads the same entry, or was not allowed to wait.
     *
     * @param nanos how long it waited, in nanoseconds
     */
    default void loadAwaited(String region, LoadWait outcome, long nanos) {}

    /** An entry was found and used after its TTL: {@code stale_ttl}. It also counts as a hit. */
    default void staleHit(String region) {}

    /**
     * A reload of an entry that is still served has ended, or was not started: {@code early_refresh} and {@code
     * stale_ttl}.
     *
     * @param nanos the duration of the load; 0 if there was none
     * @param failure why the load failed; null if it did not
     */
    default void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {}

    /** The application evicted one entry. */
    default void evicted(String region) {}

    /** The whole region was invalidated. */
    default void cleared(String region) {}

    /** An entry was found but could not be read: it was stored with another mapping, or is damaged. */
    default void decodeFailed(String region, String key) {}

    /**
     * A write was not confirmed. This instance bypasses the owner until it has invalidated it in Redis.
     *
     * @param owner the region, or the name of the cache of query results
     * @param operation the operation that was not confirmed
     * @param failure why it was not confirmed
     */
    default void invalidationPending(String owner, String operation, Throwable failure) {}

    /** The pending invalidation was confirmed by Redis. The owner is used again. */
    default void invalidationFlushed(String owner) {}

    /**
     * The circuit breaker has changed its state.
     *
     * @param failure why it opened; null in other states, or if the reason is unknown
     */
    default void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {}

    /** The server answers, but refuses writes. The cache is bypassed until it accepts them. */
    default void writesRefused(Throwable refusal) {}

    /** The server accepts writes again. */
    default void writesAccepted() {}

    /**
     * A request to Redis has ended.
     *
     * @param nanos the time from sending it until its end, in nanoseconds; 0 if it was not sent
     */
    default void request(RequestKind kind, RequestOutcome outcome, long nanos) {}

    /**
     * A heartbeat has ended.
     *
     * @param nanos how long it took, in nanoseconds
     * @param late whether it started more than one period late
     */
    default void heartbeat(long nanos, boolean late) {}
}
