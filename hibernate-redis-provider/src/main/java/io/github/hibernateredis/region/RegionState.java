package io.github.hibernateredis.region;

import io.github.hibernateredis.access.Evictions;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.Reloads;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The state that all regions of the ORM with the same name share.
 *
 * @param loads where sessions wait for the loads of other sessions; null if they do not wait
 * @param reloads which entries are reloaded while they are still served; null if none are
 */
record RegionState(
        RegionStore store,
        RegionLocks locks,
        Evictions evictions,
        @Nullable LoadGate loads,
        @Nullable Reloads reloads) {

    CompletableFuture<Void> heartbeat() {
        return store.heartbeat(locks.renewable());
    }

    RegionSize size() {
        return store.size().join();
    }
}
