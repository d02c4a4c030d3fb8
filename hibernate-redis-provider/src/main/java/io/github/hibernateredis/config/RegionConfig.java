package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.cache.spi.access.AccessType;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one region. Immutable.
 *
 * @param ttl the maximum time to live of an entry, 1 ms to 3650 d; {@link RedisSettings#TTL}
 * @param ttlJitter the fraction of the TTL, at least 0 and less than 1, by which it is shortened at random: an entry
 *     lives between {@code ttl * (1 - ttlJitter)} and {@code ttl}; {@link RedisSettings#TTL_JITTER}
 * @param compression how values are compressed; {@link RedisSettings#COMPRESSION}
 * @param outagePolicy what a write does while Redis cannot be reached; {@link RedisSettings#OUTAGE_POLICY}
 * @param segments the number of segments, 1 to 1024; null to let the provider choose it for the servers;
 *     {@link RedisSettings#SEGMENTS}
 * @param maxValueSize the size of the largest encoded value that is stored, in bytes;
 *     {@link RedisSettings#MAX_VALUE_SIZE}
 * @param features optional features; {@link RegionFeatures}
 * @param near the near cache of the region; {@link RedisSettings#NEAR}
 */
public record RegionConfig(
        Duration ttl,
        double ttlJitter,
        Compression compression,
        OutagePolicy outagePolicy,
        @Nullable Integer segments,
        long maxValueSize,
        RegionFeatures features,
        NearConfig near) {

    private static final long DEFAULT_MAX_VALUE_SIZE = 1 << 20;
    private static final String STALE_TYPES = "READ_ONLY, NONSTRICT_READ_WRITE and query results";

    /** The defaults: 1 h less up to 10 %, uncompressed, available, automatic segments, 1 MiB, no near cache. */
    public static final RegionConfig DEFAULT = new RegionConfig(
            Duration.ofHours(1),
            0.10,
            Compression.NONE,
            OutagePolicy.AVAILABLE,
            null,
            DEFAULT_MAX_VALUE_SIZE,
            RegionFeatures.NONE,
            NearConfig.DEFAULT);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of bounds
     */
    public RegionConfig {
        features = features.withoutZeros();
        if (ttl.compareTo(RegionValues.LEAST_TTL) < 0 || ttl.compareTo(RegionValues.MOST_TTL) > 0) {
            throw new IllegalArgumentException("ttl out of bounds: " + ttl);
        }
        if (!(ttlJitter >= 0 && ttlJitter < 1)) {
            throw new IllegalArgumentException("ttlJitter out of bounds: " + ttlJitter);
        }
        if (segments != null && (segments < 1 || segments > RegionValues.MOST_SEGMENTS)) {
            throw new IllegalArgumentException("segments out of bounds: " + segments);
        }
        if (maxValueSize < 1 || maxValueSize > RegionValues.MOST_VALUE_SIZE) {
            throw new IllegalArgumentException("maxValueSize out of bounds: " + maxValueSize);
        }
    }

    /** The values as text, keyed by setting name without {@link RedisSettings#PREFIX}; segments only if set. */
    public Map<String, String> asText() {
        Map<String, String> text = new TreeMap<>();
        text.put(name(RedisSettings.TTL), Durations.show(ttl));
        text.put(name(RedisSettings.TTL_JITTER), ttlJitter * 100 + "%");
        text.put(name(RedisSettings.COMPRESSION), compression.toString());
        text.put(name(RedisSettings.MAX_VALUE_SIZE), Sizes.show(maxValueSize));
        text.put(name(RedisSettings.OUTAGE_POLICY), outagePolicy.name().toLowerCase(Locale.ROOT));
        if (segments != null) {
            text.put(name(RedisSettings.SEGMENTS), segments.toString());
        }
        features.addTo(text);
        near.addTo(text);
        return text;
    }

    private static String name(String setting) {
        return setting.substring(RedisSettings.PREFIX.length());
    }

    /** Returns this configuration, with the values that the overrides set. */
    RegionConfig with(@Nullable RegionOverrides overrides) {
        if (overrides == null) {
            return this;
        }
        return new RegionConfig(
                overrides.ttl() == null ? ttl : overrides.ttl(),
                overrides.ttlJitter() == null ? ttlJitter : overrides.ttlJitter(),
                overrides.compression() == null ? compression : overrides.compression(),
                overrides.outagePolicy() == null ? outagePolicy : overrides.outagePolicy(),
                overrides.segments() == null ? segments : overrides.segments(),
                overrides.maxValueSize() == null ? maxValueSize : overrides.maxValueSize(),
                overrides.features().or(features),
                near.with(overrides.near()));
    }

    /**
     * Refuses to serve entries after their TTL where the access type does not allow it.
     *
     * @param name the region's name
     * @param role what is cached there
     * @throws ConfigException if {@link RedisSettings#STALE_TTL} is set and is not for entries of that type
     */
    public void checkStaleTtl(String name, String role, AccessType type) {
        Duration stale = features.staleTtl();
        if (stale != null && (type == AccessType.READ_WRITE || type == AccessType.TRANSACTIONAL)) {
            throw new ConfigException(List.of(RedisSettings.STALE_TTL + " = " + Durations.show(stale)
                    + " for the region "
                    + name + ": " + role + " is " + type.name() + ", and " + STALE_TYPES
                    + " alone may be served after their TTL; set "
                    + RedisSettings.forRegion(name, RedisSettings.STALE_TTL) + " = none, or change the strategy"));
        }
    }

    /**
     * Returns the warning that a value of the region is too large to be stored.
     *
     * @param name the region's name
     * @return a sentence for the log
     */
    public String tooLarge(String name) {
        return "Region " + name + ": values larger than " + Sizes.show(maxValueSize) + " are not cached. Raise "
                + RedisSettings.forRegion(name, RedisSettings.MAX_VALUE_SIZE)
                + " to cache them: reading a large value takes long and delays all other requests to Redis";
    }
}
