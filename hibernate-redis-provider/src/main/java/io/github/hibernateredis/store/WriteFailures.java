package io.github.hibernateredis.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The unconfirmed writes of a transaction: they may or may not have reached the server.
 *
 * @param regions the first failure of each region, by qualified name
 * @param tables the failure of the table stamps; null if there was none
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
