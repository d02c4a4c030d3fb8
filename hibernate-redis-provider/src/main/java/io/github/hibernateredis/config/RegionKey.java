package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import org.jspecify.annotations.Nullable;

/**
 * The parsed name of a setting for one region: {@code hibernate.cache.redis.region.<region>.<setting>}.
 *
 * @param region the region's name, which may contain dots
 * @param setting what follows the last dot
 */
record RegionKey(String region, String setting) {

    /** The parts of the name; null if it contains no region or no setting. */
    static @Nullable RegionKey parse(String key) {
        if (!key.startsWith(RedisSettings.REGION_PREFIX)) {
            return null;
        }
        String rest = key.substring(RedisSettings.REGION_PREFIX.length());
        int dot = rest.lastIndexOf('.');
        return dot <= 0 || dot == rest.length() - 1
                ? null
                : new RegionKey(rest.substring(0, dot), rest.substring(dot + 1));
    }

    /** The prefix of this region's settings. */
    String scope() {
        return scope(region);
    }

    static String scope(String region) {
        return RedisSettings.REGION_PREFIX + region + '.';
    }
}
