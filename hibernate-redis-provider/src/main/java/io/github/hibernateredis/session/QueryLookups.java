package io.github.hibernateredis.session;

import io.github.hibernateredis.store.StoreKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query results that a transaction has looked up, and the epoch of the last one. Used by the session's own thread.
 */
final class QueryLookups {

    /**
     * The maximum number of noted lookups. Further results count as read when the session opened, which only costs
     * hits.
     */
    private static final int MAX_LOOKUPS = 1000;

    private final Map<StoreKey, Long> lookups = new HashMap<>();
    private @Nullable String foundRegion;
    private @Nullable String foundEpoch;
    private boolean foundNear;
    private @Nullable OutdatedResult outdated;

    /** The first moment counts: rows that a query is still reading may cause the application to run it again. */
    void lookedUp(StoreKey result) {
        if (lookups.size() < MAX_LOOKUPS) {
            lookups.putIfAbsent(result, System.nanoTime());
        }
    }

    @Nullable
    Long firstLookup(StoreKey result) {
        return lookups.get(result);
    }

    boolean isFoundNear() {
        return foundNear;
    }

    @Nullable
    OutdatedResult outdated() {
        return outdated;
    }

    void found(String region, String epoch, boolean isNear, @Nullable OutdatedResult ifOutdated) {
        outdated = ifOutdated;
        foundNear = isNear;
        foundRegion = region;
        foundEpoch = epoch;
    }

    @Nullable
    String foundRegion() {
        return foundRegion;
    }

    @Nullable
    String foundEpoch() {
        return foundEpoch;
    }

    void clear() {
        lookups.clear();
        outdated = null;
    }
}
