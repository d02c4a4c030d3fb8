package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a region is to be like.
 *
 * @param name the qualified name, the same on every instance
 * @param ttl how long an entry lives at most
 * @param ttlJitter the fraction of the TTL by which an entry may live shorter, at random
 * @param maxIdle how long an entry lives when nobody reads it; null for as long as any
 * @param maxEntries how many entries it is to hold at most, about; 0 for any number
 * @param segments over how many parts of the shared side the region is to be spread, or {@link #AS_MANY_AS_NEEDED}
 * @param near which values are kept in this process; null for none
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
     * @param maxEntries how many values are kept at most
     * @param maxBytes how many bytes they take at most; null for no limit
     * @param lease how long values are used after the last moment at which nothing was missed for sure
     */
    public record Near(long maxEntries, @Nullable Long maxBytes, Duration lease) {}

    /** A region without a near cache. */
    public RegionSpec(String name, Duration ttl, double ttlJitter, long maxEntries, int segments) {
        this(name, ttl, ttlJitter, null, maxEntries, segments, null);
    }

    /** A region of any number of entries, without a near cache. */
    public RegionSpec(String name, Duration ttl, double ttlJitter, int segments) {
        this(name, ttl, ttlJitter, 0, segments);
    }

    /** A region is spread as the shared side calls for: there are several servers, or one that evicts large parts when it is full. */
    public static final int AS_MANY_AS_NEEDED = 0;

    /** How long the next entry lives: each a little shorter than the TTL by chance, so that they do not all expire at once. */
    public long nextLifeMillis() {
        double cut = ttlJitter * ThreadLocalRandom.current().nextDouble();
        return Math.max(1, Math.round(ttl.toMillis() * (1 - cut)));
    }

    /** For how long after a read that was reported no read of the same entry is; for ever if none is. */
    public long unreportedMillis() {
        return maxIdle == null ? Long.MAX_VALUE : Math.max(1, maxIdle.toMillis() / REPORTS);
    }
}
