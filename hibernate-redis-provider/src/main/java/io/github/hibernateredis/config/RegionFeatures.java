package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Optional features of a region. In a {@link RegionConfig} a null means off. In {@link RegionOverrides} a null sets
 * nothing, and zero means off.
 *
 * @param loadWait how long a session waits for another session that loads the same entry;
 *     {@link RedisSettings#LOAD_WAIT}
 * @param absentTtl how long the region remembers that a row does not exist; {@link RedisSettings#ABSENT_TTL}
 * @param maxIdle how long an entry lives without being read; {@link RedisSettings#MAX_IDLE}
 * @param maxEntries the approximate maximum number of entries; {@link RedisSettings#MAX_ENTRIES}
 */
public record RegionFeatures(
        @Nullable Duration loadWait,
        @Nullable Duration absentTtl,
        @Nullable Duration maxIdle,
        @Nullable Long maxEntries) {

    /** Everything is off, or nothing is set. */
    public static final RegionFeatures NONE = new RegionFeatures(null, null, null, null);

    /** Returns these values, and the others' values for those that are null. */
    RegionFeatures or(RegionFeatures others) {
        return new RegionFeatures(
                loadWait == null ? others.loadWait : loadWait,
                absentTtl == null ? others.absentTtl : absentTtl,
                maxIdle == null ? others.maxIdle : maxIdle,
                maxEntries == null ? others.maxEntries : maxEntries);
    }

    /** Returns these values with null instead of zero. */
    RegionFeatures withoutZeros() {
        return new RegionFeatures(
                positive(loadWait),
                positive(absentTtl),
                positive(maxIdle),
                maxEntries == null || maxEntries == 0 ? null : maxEntries);
    }

    private static @Nullable Duration positive(@Nullable Duration duration) {
        return duration == null || duration.isZero() ? null : duration;
    }

    void addTo(Map<String, String> text) {
        if (loadWait != null) {
            text.put(name(RedisSettings.LOAD_WAIT), Durations.show(loadWait));
        }
        if (absentTtl != null) {
            text.put(name(RedisSettings.ABSENT_TTL), Durations.show(absentTtl));
        }
        if (maxIdle != null) {
            text.put(name(RedisSettings.MAX_IDLE), Durations.show(maxIdle));
        }
        if (maxEntries != null) {
            text.put(name(RedisSettings.MAX_ENTRIES), maxEntries.toString());
        }
    }

    /** Whether the region needs the results of Hibernate's load events. */
    public boolean needLoads() {
        return loadWait != null || absentTtl != null;
    }

    private static String name(String setting) {
        return setting.substring(RedisSettings.PREFIX.length());
    }
}
