package io.github.hibernateredis;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheCounters;
import jakarta.persistence.EntityManagerFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one instance's cache at one moment. Reading it uses memory only: no request is sent to Redis.
 *
 * @param availability whether the cache is used
 * @param since when the availability last changed
 * @param reason why the cache is not available, and what to do; null if it is available or the reason is unknown
 * @param breaker the state of the circuit breaker; with several servers, the worst state
 * @param breakerSince when the circuit breaker last changed its state
 * @param keyPrefix the prefix of every Redis key
 * @param regions the regions, ordered by name
 * @param pendingInvalidations regions, and the cache of query results, that this instance bypasses until it has
 *     invalidated them in Redis; ordered by name
 * @param counters the counts since the start of the region factory
 * @since 0.1.0
 */
public record CacheStatus(
        Availability availability,
        Instant since,
        @Nullable String reason,
        BreakerState breaker,
        Instant breakerSince,
        String keyPrefix,
        List<Region> regions,
        List<PendingInvalidation> pendingInvalidations,
        CacheCounters.Snapshot counters) {

    /** Whether the cache is used. */
    public enum Availability {
        /** No request has been answered yet: either Redis was not needed so far, or it cannot be reached. */
        NOT_CONNECTED,
        /** The cache is used. */
        AVAILABLE,
        /**
         * The circuit breaker is not closed: the application works with its database alone. With several servers, one
         * that does not answer is enough for this state; entries on the other servers are still used.
         */
        UNAVAILABLE,
        /** Redis answers but refuses writes. The cache is bypassed. */
        READ_ONLY
    }

    /**
     * One region.
     *
     * @param name the qualified name
     * @param bypass why this instance does not use the region at the moment; null if it uses the region
     * @param settings the effective settings, keyed by name without {@link RedisSettings#PREFIX}
     */
    public record Region(String name, @Nullable BypassReason bypass, Map<String, String> settings) {

        /** Copies the settings. */
        public Region {
            settings = Map.copyOf(settings);
        }
    }

    /**
     * A write that Redis has not confirmed, or a region that must be cleared before its first use.
     *
     * @param owner the region, or the name of the cache of query results
     * @param operation the first write that was not confirmed
     * @param since when that write failed
     * @param reason why it was not confirmed
     */
    public record PendingInvalidation(String owner, String operation, Instant since, String reason) {}

    /** Copies the lists. */
    public CacheStatus {
        regions = List.copyOf(regions);
        pendingInvalidations = List.copyOf(pendingInvalidations);
    }

    /** Whether the cache is used. Regions with pending invalidations are bypassed even if this is true. */
    public boolean available() {
        return availability == Availability.AVAILABLE;
    }

    /** The names of the regions that this instance does not use at the moment. */
    public List<String> bypassedRegions() {
        return regions.stream()
                .filter(region -> region.bypass() != null)
                .map(Region::name)
                .toList();
    }

    /**
     * Returns the status of the cache of a session factory.
     *
     * @param factory a session factory, or a wrapper of one
     * @throws IllegalArgumentException if the session factory has no second-level cache, or another one than this
     */
    public static CacheStatus of(EntityManagerFactory factory) {
        return RedisRegionFactory.of(factory)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "The session factory does not cache in Redis: set hibernate.cache.region.factory_class to redis"))
                .status();
    }
}
