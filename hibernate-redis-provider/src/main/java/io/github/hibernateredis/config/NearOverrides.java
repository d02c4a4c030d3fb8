package io.github.hibernateredis.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one source sets for the near cache of a region; a null says nothing.
 *
 * @param on whether there is one
 * @param maxEntries how many values it keeps
 * @param maxBytes how many bytes they take
 * @param lease how old a value may be that is used
 */
public record NearOverrides(
        @Nullable Boolean on,
        @Nullable Long maxEntries,
        @Nullable Long maxBytes,
        @Nullable Duration lease) {

    /** Says nothing. */
    public static final NearOverrides NONE = new NearOverrides(null, null, null, null);
}
