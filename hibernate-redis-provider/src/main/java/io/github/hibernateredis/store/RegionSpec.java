package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a region is to be like.
 *
 * @param name the qualified name, the same on every instance
 * @param ttl how long an entry lives at most
 * @param ttlJitter the fraction of the TTL by which an entry may live shorter, at random
 * @param maxEntries how many entries it is to hold at most, about; 0 for any number
 * @param segments over how many parts of the shared side the region is to be spread, or {@link #AS_MANY_AS_NEEDED}
 */
public record RegionSpec(String name, Duration ttl, double ttlJitter, long maxEntries, int segments) {

    /** A region of any number of entries. */
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
}
