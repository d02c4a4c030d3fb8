package io.github.hibernateredis.region;

import io.github.hibernateredis.access.Evictions;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import java.util.concurrent.CompletableFuture;

/** What all the ORM's regions of one name share. */
record RegionState(RegionStore store, RegionLocks locks, Evictions evictions) {

    CompletableFuture<Void> heartbeat() {
        return store.heartbeat(locks.renewable());
    }

    RegionSize size() {
        return store.size().join();
    }
}
