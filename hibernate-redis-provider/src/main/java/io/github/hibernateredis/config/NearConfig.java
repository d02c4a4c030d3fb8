package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an instance keeps values of a region in its own memory. Immutable.
 *
 * @param on whether it keeps values; {@link RedisSettings#NEAR}
 * @param maxEntries the maximum number of values; {@link RedisSettings#NEAR_MAX_ENTRIES}
 * @param maxBytes the maximum number of bytes; null for no limit; {@link RedisSettings#NEAR_MAX_BYTES}
 * @param lease the maximum age of a value that is used; {@link RedisSettings#NEAR_LEASE}
 */
public record NearConfig(
        boolean on, long maxEntries, @Nullable Long maxBytes, Duration lease) {

    /** The defaults: off; 10,000 entries, no limit of bytes, a lease of 1 s. */
    public static final NearConfig DEFAULT = new NearConfig(false, 10_000, null, Duration.ofSeconds(1));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of bounds
     */
    public NearConfig {
        if (maxEntries < 1 || maxEntries > RegionValues.MOST_NEAR_ENTRIES) {
            throw new IllegalArgumentException("maxEntries out of bounds: " + maxEntries);
        }
        if (lease.compareTo(RegionValues.LEAST_NEAR_LEASE) < 0 || lease.compareTo(RegionValues.MOST_NEAR_LEASE) > 0) {
            throw new IllegalArgumentException("lease out of bounds: " + lease);
        }
    }

    /** Adds the effective values, keyed by setting name. Adds nothing for a region without a near cache. */
    void addTo(Map<String, String> text) {
        if (on) {
            text.put(name(RedisSettings.NEAR), "true");
            text.put(name(RedisSettings.NEAR_MAX_ENTRIES), String.valueOf(maxEntries));
            text.put(name(RedisSettings.NEAR_LEASE), Durations.show(lease));
            if (maxBytes != null) {
                text.put(name(RedisSettings.NEAR_MAX_BYTES), Sizes.show(maxBytes));
            }
        }
    }

    private static String name(String setting) {
        return setting.substring(RedisSettings.PREFIX.length());
    }

    NearConfig with(NearOverrides overrides) {
        return new NearConfig(
                overrides.on() == null ? on : overrides.on(),
                overrides.maxEntries() == null ? maxEntries : overrides.maxEntries(),
                overrides.maxBytes() == null ? maxBytes : overrides.maxBytes(),
                overrides.lease() == null ? lease : overrides.lease());
    }
}
