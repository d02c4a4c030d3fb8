package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a region does beyond keeping entries. In a {@link RegionConfig} a null is off. In {@link RegionOverrides} a null says
 * nothing, and zero is off.
 *
 * @param loadWait for how long a session waits for another one that loads the same entry; {@link RedisSettings#LOAD_WAIT}
 * @param earlyRefresh how early entries are reloaded that expire soon, more than 0; {@link RedisSettings#EARLY_REFRESH}
 * @param staleTtl for how long entries are served after their TTL; {@link RedisSettings#STALE_TTL}
 * @param absentTtl how long it is remembered that a row does not exist; {@link RedisSettings#ABSENT_TTL}
 * @param maxEntries how many entries the region holds at most, about; {@link RedisSettings#MAX_ENTRIES}
 */
public record RegionFeatures(
        @Nullable Duration loadWait,
        @Nullable Double earlyRefresh,
        @Nullable Duration staleTtl,
        @Nullable Duration absentTtl,
        @Nullable Long maxEntries) {

    /** All off, or nothing said. */
    public static final RegionFeatures NONE = new RegionFeatures(null, null, null, null, null);

    /** What these say, and else what the others say. */
    RegionFeatures or(RegionFeatures others) {
        return new RegionFeatures(
                loadWait == null ? others.loadWait : loadWait,
                earlyRefresh == null ? others.earlyRefresh : earlyRefresh,
                staleTtl == null ? others.staleTtl : staleTtl,
                absentTtl == null ? others.absentTtl : absentTtl,
                maxEntries == null ? others.maxEntries : maxEntries);
    }

    /** With null in place of zero. */
    RegionFeatures withoutZeros() {
        return new RegionFeatures(
                positive(loadWait),
                earlyRefresh == null || earlyRefresh == 0 ? null : earlyRefresh,
                positive(staleTtl),
                positive(absentTtl),
                maxEntries == null || maxEntries == 0 ? null : maxEntries);
    }

    private static @Nullable Duration positive(@Nullable Duration duration) {
        return duration == null || duration.isZero() ? null : duration;
    }

    void addTo(Map<String, String> text) {
        if (loadWait != null) {
            text.put(name(RedisSettings.LOAD_WAIT), Durations.show(loadWait));
        }
        if (earlyRefresh != null) {
            text.put(name(RedisSettings.EARLY_REFRESH), earlyRefresh.toString());
        }
        if (staleTtl != null) {
            text.put(name(RedisSettings.STALE_TTL), Durations.show(staleTtl));
        }
        if (absentTtl != null) {
            text.put(name(RedisSettings.ABSENT_TTL), Durations.show(absentTtl));
        }
        if (maxEntries != null) {
            text.put(name(RedisSettings.MAX_ENTRIES), maxEntries.toString());
        }
    }

    /** Whether the region has to hear of what loads find. */
    public boolean needLoads() {
        return loadWait != null || absentTtl != null;
    }

    private static String name(String setting) {
        return setting.substring(RedisSettings.PREFIX.length());
    }
}
