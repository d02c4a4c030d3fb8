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
 * What all the ORM's regions of one name share.
 *
 * @param loads where those wait who miss what another session loads; null if nobody does
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
