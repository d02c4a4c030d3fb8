package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a region.
 *
 * @param name the qualified name, the same on every instance
 * @param ttl the maximum time to live of an entry
 * @param ttlJitter the fraction of the TTL by which an entry may live shorter, at random
 * @param maxIdle how long an entry lives without being read; null for no limit
 * @param maxEntries the approximate maximum number of entries; 0 for no limit
 * @param segments the number of segments, or {@link #AS_MANY_AS_NEEDED}
 * @param near the limits of the near cache; null for none
 */
public record RegionSpec(
        String name,
        Duration ttl,
        double ttlJitter,
        @Nullable Duration maxIdle,
        long maxEntries,
        int segments,
        @Nullable Near near) {

    /** One read of an entry in so many parts of its time is reported at most. */
    private static final int REPORTS = 8;

    /**
     * The limits of a near cache.
     *
     * @param maxEntries the maximum number of values
     * @param maxBytes the maximum number of bytes; null for no limit
     * @param lease how long values are used after the last moment at which certainly no invalidation was missing
     */
    public record Near(long maxEntries, @Nullable Long maxBytes, Duration lease) {}

    /** A region without a near cache. */
    public RegionSpec(String name, Duration ttl, double ttlJitter, long maxEntries, int segments) {
        this(name, ttl, ttlJitter, null, maxEntries, segments, null);
    }

    /** A region without a limit of entries and without a near cache. */
    public RegionSpec(String name, Duration ttl, double ttlJitter, int segments) {
        this(name, ttl, ttlJitter, 0, segments);
    }

    /**
     * Redis determines the number of segments: several if there are several servers, or if a full server evicts large
     * parts.
     */
    public static final int AS_MANY_AS_NEEDED = 0;

    /**
     * The time to live of the next entry: a little shorter than the TTL, at random, so that entries do not all expire
     * together.
     */
    public long nextLifeMillis() {
        double cut = ttlJitter * ThreadLocalRandom.current().nextDouble();
        return Math.max(1, Math.round(ttl.toMillis() * (1 - cut)));
    }

    /** For how long after a read that was reported no read of the same entry is; for ever if none is. */
    public long unreportedMillis() {
        return maxIdle == null ? Long.MAX_VALUE : Math.max(1, maxIdle.toMillis() / REPORTS);
    }
}
