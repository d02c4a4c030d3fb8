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
 * What one instance's part of the cache is doing at the moment. It is read from memory: no request is sent to Redis.
 *
 * @param availability whether the cache is used
 * @param since when the availability became what it is
 * @param reason why the cache is not available, and what to do; null if it is, or if nothing is known
 * @param breaker the state of the circuit breaker, of several the worst
 * @param breakerSince when the circuit breaker came into that state
 * @param keyPrefix the first part of every Redis key
 * @param regions the regions, in the order of their names
 * @param pendingInvalidations what this instance bypasses until it has been invalidated in Redis: regions and the cache of
 *     query results, in the order of their names
 * @param counters what has happened since the start
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
        /** No request has been answered yet: Redis was not needed so far, or cannot be reached. */
        NOT_CONNECTED,
        /** The cache is used. */
        AVAILABLE,
        /**
         * The circuit breaker is not closed: the application works with its database alone. Of several servers, one that does
         * not answer is enough; what lives at the others is used.
         */
        UNAVAILABLE,
        /** Redis answers but refuses writes: the cache is bypassed. */
        READ_ONLY
    }

    /**
     * A region.
     *
     * @param name the qualified name
     * @param bypass why this instance does not use the region at the moment; null if it does
     * @param settings the settings in force, by their names without {@link RedisSettings#PREFIX}
     */
    public record Region(String name, @Nullable BypassReason bypass, Map<String, String> settings) {

        /** Copies the settings. */
        public Region {
            settings = Map.copyOf(settings);
        }
    }

    /**
     * A write that could not be confirmed in Redis, or the clearing of a region before its first use.
     *
     * @param owner the region, or the name of the cache of query results
     * @param operation the first write that could not be confirmed
     * @param since when that was
     * @param reason why it could not be confirmed
     */
    public record PendingInvalidation(String owner, String operation, Instant since, String reason) {}

    /** Copies the lists. */
    public CacheStatus {
        regions = List.copyOf(regions);
        pendingInvalidations = List.copyOf(pendingInvalidations);
    }

    /** Whether the cache is used; regions with pending invalidations are bypassed all the same. */
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
     * The status of the cache behind a session factory.
     *
     * @param factory a session factory, or what wraps one
     * @throws IllegalArgumentException if its cache is another one, or it has none
     */
    public static CacheStatus of(EntityManagerFactory factory) {
        return RedisRegionFactory.of(factory)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "The session factory does not cache in Redis: set hibernate.cache.region.factory_class to redis"))
                .status();
    }
}
