package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.util.List;

/**
 * What is loaded after the start.
 *
 * @param entities the names of the entities; {@link RedisSettings#WARM_UP}
 * @param threads how many sessions load at a time; {@link RedisSettings#WARM_UP_THREADS}
 * @param mostPerSecond how many entities are loaded in a second at most, 0 for any number; {@link
 *     RedisSettings#WARM_UP_RATE}
 */
public record WarmUp(List<String> entities, int threads, int mostPerSecond) {

    private static final int DEFAULT_THREADS = 2;

    /** Copies the list. */
    public WarmUp {
        entities = List.copyOf(entities);
    }

    static WarmUp read(SettingsReader in) {
        return new WarmUp(
                in.read(RedisSettings.WARM_UP, WarmUp::names, List.of()),
                in.read(RedisSettings.WARM_UP_THREADS, RegionValues::warmUpThreads, DEFAULT_THREADS),
                in.read(RedisSettings.WARM_UP_RATE, RegionValues::warmUpRate, 0));
    }

    private static List<String> names(Object value) {
        return Texts.members(value).stream()
                .map(member -> member instanceof Class<?> type ? type.getName() : Texts.text(member))
                .toList();
    }
}
