package io.github.hibernateredis.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one source for the near cache of a region. A null sets nothing.
 *
 * @param on whether there is a near cache
 * @param maxEntries the maximum number of values
 * @param maxBytes the maximum number of bytes
 * @param lease the maximum age of a value that is used
 */
public record NearOverrides(
        @Nullable Boolean on,
        @Nullable Long maxEntries,
        @Nullable Long maxBytes,
        @Nullable Duration lease) {

    /** Sets nothing. */
    public static final NearOverrides NONE = new NearOverrides(null, null, null, null);
}
