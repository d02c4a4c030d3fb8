package io.github.hibernateredis.config;

import java.util.List;
import java.util.stream.Stream;
import org.hibernate.cache.spi.RegionFactory;
import org.jspecify.annotations.Nullable;

/**
 * The two names of a region: unqualified, as in the mapping, and qualified with {@code hibernate.cache.region_prefix}.
 *
 * <p>As in the ORM's own {@code RegionNameQualifier}, a name that begins with the prefix and a dot counts as qualified.
 *
 * @param prefix the prefix without its dot; null if there is none
 */
record RegionNames(@Nullable String prefix) {

    RegionNames {
        prefix = prefix == null || prefix.isBlank() ? null : prefix;
    }

    String qualified(String name) {
        return prefix == null || isQualified(name) ? name : prefix + '.' + name;
    }

    String unqualified(String name) {
        return prefix != null && isQualified(name) ? name.substring(prefix.length() + 1) : name;
    }

    /** Both names, the unqualified one first. */
    List<String> both(String name) {
        return Stream.of(unqualified(name), qualified(name)).distinct().toList();
    }

    boolean isTableStamps(String name) {
        return unqualified(name).equals(RegionFactory.DEFAULT_UPDATE_TIMESTAMPS_REGION_UNQUALIFIED_NAME);
    }

    private boolean isQualified(String name) {
        return name.startsWith(prefix + ".");
    }
}
