package io.github.hibernateredis.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What could not be confirmed of a transaction's writes: it may have arrived, or not.
 *
 * @param regions the first failure of each region that is concerned, by qualified name
 * @param tables the failure of the table stamps, or null
 */
public record WriteFailures(
        Map<String, Throwable> regions, @Nullable Throwable tables) {

    /** Everything was confirmed. */
    public static final WriteFailures NONE = new WriteFailures(Map.of(), null);

    /** Whether everything was confirmed. */
    public boolean isEmpty() {
        return regions.isEmpty() && tables == null;
    }
}
