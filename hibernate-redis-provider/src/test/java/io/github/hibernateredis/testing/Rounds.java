package io.github.hibernateredis.testing;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.ForwardingStores;
import io.github.hibernateredis.store.LoadTurn;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStates;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often a thread waits for Redis, and the requests. Every reply is held back until a thread waits for one
 * that has not arrived: then all pending replies arrive at once, which counts as one round trip. What heartbeats send is
 * not counted.
 */
public final class Rounds {

    private final List<Runnable> withheld = new ArrayList<>();
    private final Map<String, Integer> requests = new TreeMap<>();
    private int count;

    /** Wraps stores with the counter. */
    public Stores around(Stores stores) {
        return new CountedStores(stores);
    }

    /** The number of round trips for which the action has waited. */
    public synchronized int of(Runnable action) {
        settle();
        int before = count;
        requests.clear();
        action.run();
        return count - before;
    }

    /** The requests during the last {@link #of}, and how often each was sent. */
    public synchronized Map<String, Integer> requests() {
        return Map.copyOf(requests);
    }

    /** Lets the replies arrive for which no thread has waited. */
    public synchronized void settle() {
        while (!withheld.isEmpty()) {
            deliver();
        }
    }

    private void deliver() {
        List<Runnable> all = List.copyOf(withheld);
        withheld.clear();
        all.forEach(Runnable::run);
    }

    private synchronized void pass(CompletableFuture<?> wanted) {
        while (!wanted.isDone() && !withheld.isEmpty()) {
            count++;
            deliver();
        }
    }

    private <T extends @Nullable Object> CompletableFuture<T> send(
            String name, Supplier<CompletableFuture<T>> request) {
        if (Thread.currentThread().getName().equals("hibernate-redis-heartbeat")) {
            return request.get(); // it may hold the lock of a session whose commit is being counted
        }
        return sendCounted(name, request);
    }

    private synchronized <T extends @Nullable Object> CompletableFuture<T> sendCounted(
            String name, Supplier<CompletableFuture<T>> request) {
        requests.merge(name, 1, Integer::sum);
        Reply<T> reply = new Reply<>();
        T result = request.get().join();
        withheld.add(() -> reply.complete(result));
        return reply;
    }

    /** A future that makes the round trip when a thread waits for it, like all futures derived from it. */
    private final class Reply<T extends @Nullable Object> extends CompletableFuture<T> {

        @Override
        public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
            return new Reply<>();
        }

        @Override
        public T join() {
            pass(this);
            return super.join();
        }
    }

    private final class CountedStores extends ForwardingStores {

        private final Stores stores;

        CountedStores(Stores stores) {
            super(stores);
            this.stores = stores;
        }

        @Override
        public RegionStore region(RegionSpec spec) {
            return new CountedRegion(stores.region(spec));
        }

        @Override
        public TableStamps tables(String qualifiedName) {
            return new CountedTables(stores.tables(qualifiedName));
        }

        @Override
        public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
            return send("begin", () -> stores.begin(begin));
        }

        @Override
        public CompletableFuture<WriteFailures> end(TransactionEnd end) {
            return send("end", () -> stores.end(end));
        }
    }

    private final class CountedRegion implements RegionStore {

        private final RegionStore store;

        CountedRegion(RegionStore store) {
            this.store = store;
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public CompletableFuture<Lookup> read(String key, Snapshot asOf) {
            return send("read", () -> store.read(key, asOf));
        }

        @Override
        public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf) {
            return send("readAll", () -> store.readAll(keys, asOf));
        }

        @Override
        public CompletableFuture<PutOutcome> put(Put put) {
            return send("put", () -> store.put(put));
        }

        @Override
        public CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated) {
            return send("beginLoad", () -> store.beginLoad(key, id, lease, outdated));
        }

        @Override
        public CompletableFuture<Boolean> beginReload(String key, String id, Duration lease) {
            return send("beginReload", () -> store.beginReload(key, id, lease));
        }

        @Override
        public CompletableFuture<Void> endReload(String key, String id) {
            return send("endReload", () -> store.endReload(key, id));
        }

        @Override
        public CompletableFuture<Void> endLoad(String key, String id) {
            return send("endLoad", () -> store.endLoad(key, id));
        }

        @Override
        public CompletableFuture<Void> evict(String key) {
            return send("evict", () -> store.evict(key));
        }

        @Override
        public CompletableFuture<Void> discard(String key) {
            return send("discard", () -> store.discard(key));
        }

        @Override
        public CompletableFuture<Void> clear() {
            return send("clear", store::clear);
        }

        @Override
        public CompletableFuture<Boolean> lockRegion(String lockId) {
            return send("lockRegion", () -> store.lockRegion(lockId));
        }

        @Override
        public CompletableFuture<Void> unlockRegion(String lockId) {
            return send("unlockRegion", () -> store.unlockRegion(lockId));
        }

        @Override
        public CompletableFuture<Void> heartbeat(Collection<String> regionLocks) {
            return store.heartbeat(regionLocks);
        }

        @Override
        public CompletableFuture<RegionSize> size() {
            return store.size();
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
        public @Nullable BypassReason bypassed() {
            return store.bypassed();
        }
    }

    private final class CountedTables implements TableStamps {

        private final TableStamps stamps;

        CountedTables(TableStamps stamps) {
            this.stamps = stamps;
        }

        @Override
        public String name() {
            return stamps.name();
        }

        @Override
        public @Nullable Stamp asOf(long openedAt) {
            return stamps.asOf(openedAt);
        }

        @Override
        public CompletableFuture<@Nullable String> lastHeartbeat() {
            return stamps.lastHeartbeat();
        }

        @Override
        public CompletableFuture<TableStates> read(Collection<String> tables) {
            return send("isCurrent", () -> stamps.read(tables));
        }

        @Override
        public long mostAgeNanos() {
            return stamps.mostAgeNanos();
        }

        @Override
        public CompletableFuture<Void> clear() {
            return send("clear", stamps::clear);
        }

        @Override
        public CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates) {
            return stamps.heartbeat(updates);
        }
    }
}
