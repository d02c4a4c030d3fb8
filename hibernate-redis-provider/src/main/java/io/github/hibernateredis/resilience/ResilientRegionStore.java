package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A region whose failures are misses and debts. */
final class ResilientRegionStore implements RegionStore {

    private static final RegionSize UNKNOWN = new RegionSize(-1, -1);

    private final RegionStore store;
    private final Link link;
    private final Confirmation confirmation;
    private final Debt debt;

    /** The loads that are on their way. */
    private final Map<String, CompletableFuture<Boolean>> puts = new ConcurrentHashMap<>();

    ResilientRegionStore(RegionStore store, Link link) {
        this.store = store;
        this.link = link;
        this.confirmation = new Confirmation(link);
        this.debt = new Debt("Region " + store.name(), store.name(), link.listener(), () -> link.probe(store::clear));
    }

    Debt debt() {
        return debt;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public CompletableFuture<byte @Nullable []> get(String key) {
        return readable(() -> read(key, () -> store.get(key)), null);
    }

    @Override
    public CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt) {
        return readable(() -> read(key, () -> store.getAsOf(key, openedAt)), null);
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAll(Set<String> keys) {
        return readable(() -> store.getAll(keys), Map.of());
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAllAsOf(Set<String> keys, long openedAt) {
        return readable(() -> store.getAllAsOf(keys, openedAt), Map.of());
    }

    /** Nobody waits for a put; but a read that could overtake it, on another connection, is sent after it. */
    private CompletableFuture<byte @Nullable []> read(
            String key, Supplier<CompletableFuture<byte @Nullable []>> request) {
        CompletableFuture<Boolean> put = puts.isEmpty() ? null : puts.get(key);
        return put == null ? request.get() : put.thenCompose(stored -> request.get());
    }

    /** What arrived while the region became owed, or over other connections than were confirmed, is not used either. */
    private <T extends @Nullable Object> CompletableFuture<T> readable(Supplier<CompletableFuture<T>> read, T nothing) {
        int confirmed = confirmation.current();
        return debt.isOwed() || confirmed == Confirmation.NEVER
                ? CompletableFuture.completedFuture(nothing)
                : link.send(read)
                        .handle((value, failure) ->
                                failure != null || debt.isOwed() || !confirmation.stillHolds(confirmed)
                                        ? nothing
                                        : value);
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value, long openedAt) {
        return dropped(key, () -> store.put(key, value, openedAt));
    }

    @Override
    public CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt) {
        return dropped(key, () -> store.replace(key, value, openedAt));
    }

    /**
     * A load that could not be stored costs a hit, and an unconfirmed one is ordered by its stamp like any other. As long as
     * nothing that is read can be trusted, reads do not wait for the server, and their loads would flood it.
     */
    private CompletableFuture<Boolean> dropped(String key, Supplier<CompletableFuture<Boolean>> put) {
        if (debt.isOwed() || confirmation.current() == Confirmation.NEVER) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> sent = link.send(RequestKind.PUT, put).exceptionally(failure -> false);
        if (!sent.isDone()) {
            puts.put(key, sent);
            sent.thenRun(() -> puts.remove(key, sent));
        }
        return sent;
    }

    @Override
    public CompletableFuture<Boolean> lock(String key, String lockId, long openedAt) {
        return owed("a lock", () -> store.lock(key, lockId, openedAt), false);
    }

    @Override
    public CompletableFuture<Boolean> unlock(String key, String lockId, byte @Nullable [] value) {
        return owed("an unlock", () -> store.unlock(key, lockId, value), false);
    }

    /** Nothing is owed: no node can have stored an older value of a row that was not there. */
    @Override
    public CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt) {
        return link.sendWrite(() -> store.insert(key, value, openedAt)).exceptionally(failure -> false);
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return owed("an evict", () -> store.evict(key), null);
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return link.send(() -> store.discard(key)).exceptionally(failure -> null);
    }

    @Override
    public CompletableFuture<Void> clear() {
        return owed("a clear", store::clear, null);
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        return owed("a region lock", () -> store.lockRegion(lockId), false);
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return owed("a region unlock", () -> store.unlockRegion(lockId), null);
    }

    @Override
    public CompletableFuture<Void> pulse(Collection<String> regionLocks) {
        CompletableFuture<Boolean> settled = debt.settle();
        CompletableFuture<Void> confirmed = confirmation.by(() -> store.pulse(regionLocks));
        return CompletableFuture.allOf(settled, confirmed);
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        return link.send(store::size).exceptionally(failure -> UNKNOWN);
    }

    private <T extends @Nullable Object> CompletableFuture<T> owed(
            String operation, Supplier<CompletableFuture<T>> write, T otherwise) {
        return link.sendWrite(write).exceptionally(failure -> {
            debt.incur(operation, failure);
            return otherwise;
        });
    }
}
