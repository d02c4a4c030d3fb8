package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.LoadTurn;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.Stores;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A region store whose failures become bypassed reads and pending invalidations. Thread safe. */
final class ResilientRegionStore implements RegionStore {

    private static final RegionSize UNKNOWN = new RegionSize(-1, -1);

    private final RegionStore store;
    private final Stores stores;
    private final Availability availability;

    ResilientRegionStore(RegionStore store, Stores stores, GuardedClient client, CacheListener events) {
        this.store = store;
        this.stores = stores;
        this.availability = new Availability(store.name(), store::clear, stores, client, events);
    }

    Availability availability() {
        return availability;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public @Nullable BypassReason bypassed() {
        return availability.bypassed();
    }

    @Override
    public CompletableFuture<Lookup> read(String key, Snapshot asOf) {
        @Nullable Integer before = availability.validation();
        BypassReason reason = bypassed();
        return reason != null
                ? CompletableFuture.completedFuture(new Lookup.Bypassed(reason))
                : store.read(key, asOf)
                        .handle((found, failure) -> failure == null ? trusted(found, before) : because(failure));
    }

    @Override
    public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf) {
        @Nullable Integer before = availability.validation();
        BypassReason reason = bypassed();
        return reason != null
                ? CompletableFuture.completedFuture(same(keys, new Lookup.Bypassed(reason)))
                : store.readAll(keys, asOf).handle((found, failure) -> {
                    if (failure != null) {
                        return same(keys, because(failure));
                    }
                    BypassReason meanwhile = availability.bypassedSince(before);
                    return meanwhile == null ? found : withoutHits(found, new Lookup.Bypassed(meanwhile));
                });
    }

    private Lookup trusted(Lookup found, @Nullable Integer before) {
        BypassReason meanwhile = found instanceof Lookup.Hit ? availability.bypassedSince(before) : null;
        return meanwhile == null ? found : new Lookup.Bypassed(meanwhile);
    }

    private static Map<String, Lookup> withoutHits(Map<String, Lookup> found, Lookup instead) {
        Map<String, Lookup> lookups = new HashMap<>(found);
        lookups.replaceAll((key, lookup) -> lookup instanceof Lookup.Hit ? instead : lookup);
        return lookups;
    }

    private static Map<String, Lookup> same(Collection<String> keys, Lookup lookup) {
        Map<String, Lookup> lookups = new HashMap<>();
        keys.forEach(key -> lookups.put(key, lookup));
        return lookups;
    }

    private Lookup because(Throwable failure) {
        return Lookup.Bypassed.because(failure, stores::isRefusal);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A put that was not stored costs only a hit, and the stamp of an unconfirmed put orders it like any other.
     * While the region is bypassed, reads do not wait for the server, so their loads would flood it with puts.
     */
    @Override
    public CompletableFuture<PutOutcome> put(Put put) {
        return bypassed() != null
                ? CompletableFuture.completedFuture(PutOutcome.BYPASSED)
                : store.put(put)
                        .exceptionally(failure -> GuardedServer.cause(failure) instanceof OverloadedException
                                ? PutOutcome.SHED
                                : PutOutcome.FAILED);
    }

    @Override
    public CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated) {
        return bypassed() != null
                ? CompletableFuture.completedFuture(LoadTurn.ANYONE)
                : store.beginLoad(key, id, lease, outdated).exceptionally(failure -> LoadTurn.ANYONE);
    }

    @Override
    public CompletableFuture<Void> endLoad(String key, String id) {
        return bypassed() != null
                ? CompletableFuture.completedFuture(null)
                : store.endLoad(key, id).exceptionally(failure -> null);
    }

    @Override
    public CompletableFuture<Boolean> beginReload(String key, String id, Duration lease) {
        return bypassed() != null
                ? CompletableFuture.completedFuture(false)
                : store.beginReload(key, id, lease).exceptionally(failure -> false);
    }

    @Override
    public CompletableFuture<Void> endReload(String key, String id) {
        return bypassed() != null
                ? CompletableFuture.completedFuture(null)
                : store.endReload(key, id).exceptionally(failure -> null);
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return availability.confirmed("an eviction", store.evict(key), null);
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return store.discard(key).exceptionally(failure -> null);
    }

    @Override
    public CompletableFuture<Void> clear() {
        return availability.confirmed("an invalidation", store.clear(), null);
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        return availability.confirmed("a region lock", store.lockRegion(lockId), false);
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return availability.confirmed("the end of a region lock", store.unlockRegion(lockId), null);
    }

    @Override
    public CompletableFuture<Void> heartbeat(Collection<String> regionLocks) {
        return availability.heartbeat(() -> store.heartbeat(regionLocks));
    }

    @Override
    public @Nullable String segmentOf(String key) {
        return store.segmentOf(key);
    }

    @Override
    public @Nullable Stamp asOf(String key, long moment) {
        return store.asOf(key, moment);
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        return store.size().exceptionally(failure -> UNKNOWN);
    }
}
