package io.github.hibernateredis.session;

import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Loaded values that may contain writes of the session's transaction: stored after its commit. Thread safe.
 */
final class WaitingPuts {

    /** Values beyond this size are not stored. */
    private static final long MAX_BYTES = 16 << 20;

    private record Waiting(RegionStore store, Put put) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private long bytes;

    /** @return whether it waits for the commit */
    synchronized boolean add(RegionStore store, Put put) {
        bytes += put.value().length;
        return bytes <= MAX_BYTES && waiting.add(new Waiting(store, put));
    }

    void end(boolean committed) {
        List<Waiting> ended = takeAll();
        if (committed) {
            ended.forEach(each -> each.store.put(each.put));
        }
    }

    private synchronized List<Waiting> takeAll() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        bytes = 0;
        return all;
    }
}
