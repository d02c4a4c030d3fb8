package io.github.hibernateredis.session;

import java.util.LinkedHashMap;
import java.util.Map;

/** The region locks of a session's transaction. Guarded by its {@link SessionWrites}. */
final class RegionWrites {

    private final Map<RegionLock, RegionLocks> held = new LinkedHashMap<>();

    void add(RegionLock lock, RegionLocks region) {
        held.put(lock, region);
    }

    boolean isLocked(RegionLocks region) {
        return held.containsValue(region);
    }

    /** Sends the locks that are still held again. */
    void confirm() {
        held.forEach((lock, region) -> region.confirm(lock));
    }

    /** Ends the locks of one region. */
    void end(RegionLocks region) {
        held.entrySet().removeIf(each -> {
            boolean ends = each.getValue() == region;
            if (ends) {
                end(each.getKey(), region);
            }
            return ends;
        });
    }

    void endAll() {
        held.forEach(RegionWrites::end);
        held.clear();
    }

    private static void end(RegionLock lock, RegionLocks region) {
        if (region.holds(lock)) {
            region.unlock(lock);
        }
    }
}
