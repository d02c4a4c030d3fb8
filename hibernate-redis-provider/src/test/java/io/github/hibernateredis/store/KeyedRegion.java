package io.github.hibernateredis.store;

import io.github.hibernateredis.events.PutOutcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A region on one instance, with operations on single keys for tests. Remembers the stamps of its locks, as a session
 * does. Not thread safe.
 */
public final class KeyedRegion {

    private final Stores stores;
    private final RegionStore store;
    private final Outcomes outcomes;
    private final Map<String, Stamp> held = new HashMap<>();

    /** @param outcomes the listener of the stores */
    public KeyedRegion(Stores stores, RegionStore store, Outcomes outcomes) {
        this.stores = stores;
        this.store = store;
        this.outcomes = outcomes;
    }

    public Stores stores() {
        return stores;
    }

    public RegionStore store() {
        return store;
    }

    public String name() {
        return store.name();
    }

    /** The key with this region. */
    public StoreKey key(String key) {
        return new StoreKey(store.name(), key);
    }

    public CompletableFuture<byte @Nullable []> get(String key) {
        return store.read(key, Snapshot.LATEST).thenApply(KeyedRegion::value);
    }

    public CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt) {
        return store.read(key, Snapshot.openedAt(openedAt)).thenApply(KeyedRegion::value);
    }

    private static byte @Nullable [] value(Lookup lookup) {
        return lookup instanceof Lookup.Hit hit ? hit.value() : null;
    }

    public CompletableFuture<Boolean> put(String key, byte[] value, long openedAt) {
        return put(new Put(key, value, openedAt, Put.Mode.ADD));
    }

    public CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt) {
        return put(new Put(key, value, openedAt, Put.Mode.REPLACE));
    }

    private CompletableFuture<Boolean> put(Put put) {
        return store.put(put).thenApply(outcome -> {
            if (outcome == PutOutcome.FAILED) {
                throw new IllegalStateException("The put failed");
            }
            return outcome == PutOutcome.STORED;
        });
    }

    public CompletableFuture<Boolean> lock(String key, String id, long openedAt) {
        return begin(key, id, openedAt).thenApply(begun -> {
            Stamp stamp = begun.held().get(key(key));
            if (stamp == null) {
                throw new CompletionException(begun.failures().regions().get(store.name()));
            }
            held.put(key + ' ' + id, stamp);
            return true;
        });
    }

    /** Sends a lock without waiting for the answer. */
    public CompletableFuture<TransactionBegun> begin(String key, String id, long openedAt) {
        return stores.begin(new TransactionBegin(List.of(new TransactionBegin.Lock(key(key), id, openedAt)), null));
    }

    /** Whether the value was stored. */
    public CompletableFuture<Boolean> unlock(String key, String id, byte @Nullable [] value) {
        Stamp stamp = held.get(key + ' ' + id);
        return end(
                new TransactionEnd(
                        List.of(new TransactionEnd.Unlock(key(key), id, stamp, value)), List.of(), Set.of(), null),
                value != null);
    }

    /** Whether the value was stored. */
    public CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt) {
        return end(
                new TransactionEnd(
                        List.of(), List.of(new TransactionEnd.Insert(key(key), value, openedAt)), Set.of(), null),
                true);
    }

    private CompletableFuture<Boolean> end(TransactionEnd end, boolean hasValue) {
        return stores.end(end).thenApply(failures -> {
            if (!failures.isEmpty()) {
                throw new CompletionException(failures.regions().get(store.name()));
            }
            return hasValue && outcomes.last() == PutOutcome.STORED;
        });
    }

    public CompletableFuture<Void> evict(String key) {
        return store.evict(key);
    }

    public CompletableFuture<Void> discard(String key) {
        return store.discard(key);
    }

    public CompletableFuture<Void> clear() {
        return store.clear();
    }

    public CompletableFuture<Boolean> lockRegion(String id) {
        return store.lockRegion(id);
    }

    public CompletableFuture<Void> unlockRegion(String id) {
        return store.unlockRegion(id);
    }

    public CompletableFuture<Void> heartbeat(Collection<String> regionLocks) {
        return store.heartbeat(regionLocks);
    }

    public CompletableFuture<RegionSize> size() {
        return store.size();
    }
}
