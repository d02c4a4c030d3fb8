package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.Map;

/**
 * When tables were last written.
 *
 * @param readAt the number of invalidations of tables when this was read, and the epoch of all its stamps
 * @param outdated the stamp before which every result is outdated
 * @param lastUpdates the stamp of the last update of each table that is not being written; 0 if it was never written
 */
public record TableStates(Invalidations readAt, long outdated, Map<String, Long> lastUpdates) {

    /** Whether a result with that stamp is current with respect to these tables. */
    public boolean isCurrent(Collection<String> tables, Stamp result) {
        if (!result.epoch().equals(readAt.epoch()) || outdated > result.number()) {
            return false;
        }
        for (String table : tables) {
            Long last = lastUpdates.get(table);
            if (last == null || last > result.number()) {
                return false;
            }
        }
        return true;
    }

    /** Copies the map. */
    public TableStates {
        lastUpdates = Map.copyOf(lastUpdates);
    }
}
