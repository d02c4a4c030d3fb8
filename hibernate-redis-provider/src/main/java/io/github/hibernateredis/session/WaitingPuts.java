package io.github.hibernateredis.session;

import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Loaded values that may contain writes of their own transaction: stored after its commit. Guarded by its
 * {@link SessionContext}.
 */
final class WaitingPuts {

    /** Values beyond this size are not stored. */
    private static final long MAX_BYTES = 16 << 20;

    private record Waiting(RegionStore store, Put put) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private long bytes;

    /** @return whether it waits for the commit */
    boolean add(RegionStore store, Put put) {
        bytes += put.value().length;
        return bytes <= MAX_BYTES && waiting.add(new Waiting(store, put));
    }

    void end(boolean committed) {
        if (committed) {
            waiting.forEach(each -> each.store.put(each.put));
        }
        waiting.clear();
        bytes = 0;
    }
}
