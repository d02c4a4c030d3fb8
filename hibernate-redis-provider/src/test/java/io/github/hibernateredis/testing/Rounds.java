package io.github.hibernateredis.testing;

import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often somebody waits for Redis, and what is sent. Every reply is withheld until somebody waits for one that
 * has not come: then all that was asked for comes at once, and that was one round trip. The pulse is left out.
 */
public final class Rounds {

    private final List<Runnable> withheld = new ArrayList<>();
    private final Map<String, Integer> requests = new TreeMap<>();
    private int count;

    /** Puts the counting around some stores. */
    public Stores around(Stores stores) {
        return new CountedStores(stores);
    }

    /** How many round trips the action has waited for. */
    public synchronized int of(Runnable action) {
        settle();
        int before = count;
        requests.clear();
        action.run();
        return count - before;
    }

    /** What was sent during the last {@link #of}, how often. */
    public synchronized Map<String, Integer> requests() {
        return Map.copyOf(requests);
    }

    /** Lets come what nobody has waited for. */
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

    private synchronized <T extends @Nullable Object> CompletableFuture<T> send(
            String name, Supplier<CompletableFuture<T>> request) {
        requests.merge(name, 1, Integer::sum);
        Reply<T> reply = new Reply<>();
        T result = request.get().join();
        withheld.add(() -> reply.complete(result));
        return reply;
    }

    /** A future that makes the round trip when it is waited for; so are all that are derived from it. */
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

    private final class CountedStores implements Stores {

        private final Stores stores;

        CountedStores(Stores stores) {
            this.stores = stores;
        }

        @Override
        public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter, int segments) {
            return new CountedRegion(stores.region(qualifiedName, ttl, ttlJitter, segments));
        }

        @Override
        public CompletableFuture<Void> connect() {
            return stores.connect();
        }

        @Override
        public TableStamps tables(String qualifiedName) {
            return new CountedTables(stores.tables(qualifiedName));
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
        public CompletableFuture<byte @Nullable []> get(String key) {
            return send("get", () -> store.get(key));
        }

        @Override
        public CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt) {
            return send("get", () -> store.getAsOf(key, openedAt));
        }

        @Override
        public CompletableFuture<Map<String, byte[]>> getAll(Set<String> keys) {
            return send("getAll", () -> store.getAll(keys));
        }

        @Override
        public CompletableFuture<Map<String, byte[]>> getAllAsOf(Set<String> keys, long openedAt) {
            return send("getAll", () -> store.getAllAsOf(keys, openedAt));
        }

        @Override
        public CompletableFuture<Boolean> put(String key, byte[] value, long openedAt) {
            return send("put", () -> store.put(key, value, openedAt));
        }

        @Override
        public CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt) {
            return send("put", () -> store.replace(key, value, openedAt));
        }

        @Override
        public CompletableFuture<Boolean> lock(String key, String lockId, long openedAt) {
            return send("lock", () -> store.lock(key, lockId, openedAt));
        }

        @Override
        public CompletableFuture<Boolean> unlock(String key, String lockId, byte @Nullable [] value) {
            return send("unlock", () -> store.unlock(key, lockId, value));
        }

        @Override
        public CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt) {
            return send("insert", () -> store.insert(key, value, openedAt));
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
        public CompletableFuture<Void> pulse(Collection<String> regionLocks) {
            return store.pulse(regionLocks);
        }

        @Override
        public CompletableFuture<RegionSize> size() {
            return store.size();
        }
    }

    private final class CountedTables implements TableStamps {

        private final TableStamps stamps;

        CountedTables(TableStamps stamps) {
            this.stamps = stamps;
        }

        @Override
        public @Nullable Stamp asOf(long openedAt) {
            return stamps.asOf(openedAt);
        }

        @Override
        public CompletableFuture<Boolean> begin(String holder, Collection<String> tables) {
            return send("tables begin", () -> stamps.begin(holder, tables));
        }

        @Override
        public CompletableFuture<Void> end(String holder, Collection<String> tables) {
            return send("tables end", () -> stamps.end(holder, tables));
        }

        @Override
        public CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
            return send("tables read", () -> stamps.isCurrent(tables, result));
        }

        @Override
        public CompletableFuture<Void> clear() {
            return send("tables clear", stamps::clear);
        }

        @Override
        public CompletableFuture<Void> pulse(Collection<Holding> holdings) {
            return stamps.pulse(holdings);
        }
    }
}
