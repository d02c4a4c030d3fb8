package io.github.hibernateredis.region;

import io.github.hibernateredis.access.Evictions;
import io.github.hibernateredis.access.LockIds;
import io.github.hibernateredis.access.RegionLocks;
import io.github.hibernateredis.access.Undecodable;
import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import java.util.concurrent.CompletableFuture;

/** What all the ORM's regions of one name share. */
record RegionState(RegionStore store, RegionLocks locks, Evictions evictions, Undecodable undecodable) {

    RegionState(RegionStore store, LockIds ids, OutagePolicy outagePolicy, Runnable connecting) {
        this(
                store,
                new RegionLocks(store, ids, outagePolicy == OutagePolicy.CONSISTENT),
                new Evictions(connecting),
                new Undecodable(store.name()));
    }

    CompletableFuture<Void> pulse() {
        return store.pulse(locks.ids());
    }

    RegionSize size() {
        return store.size().join();
    }
}
