package io.github.hibernateredis.store;

import io.github.hibernateredis.events.CacheListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The contract of {@link Stores} in plain Java. Each object is one instance; instances that share a {@link Side} share
 * all state. Thread safe.
 */
public final class InMemoryStores implements Stores {

    /** The shared state. */
    public static final class Side {

        private final long leaseMillis;
        private final Map<String, InMemoryRegionStore.Segment> segments = new ConcurrentHashMap<>();
        private final Map<String, InMemoryTableStamps.Tables> tables = new ConcurrentHashMap<>();

        public Side(long leaseMillis) {
            this.leaseMillis = leaseMillis;
        }

        /** The state of a region without sweeps. */
        public InMemoryRegionStore.Segment segment(RegionSpec spec) {
            return segments.computeIfAbsent(
                    spec.name(),
                    name -> new InMemoryRegionStore.Segment(
                            leaseMillis, spec.ttl().toMillis(), false));
        }

        /** The state of the table stamps. */
        public InMemoryTableStamps.Tables tables(String name) {
            return tables.computeIfAbsent(name, added -> new InMemoryTableStamps.Tables(leaseMillis));
        }
    }

    private final Side side;
    private final LongSupplier nanoTime;
    private final CacheListener events;
    private final Map<String, InMemoryRegionStore> regions = new ConcurrentHashMap<>();
    private final Map<String, InMemoryTableStamps> tables = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile int changes;
    private @Nullable InvalidationListener near;

    /** A single instance, with the system's clock. */
    public InMemoryStores() {
        this(new Side(60_000), System::nanoTime, CacheListener.NONE);
    }

    /** @param nanoTime the clock of this instance */
    public InMemoryStores(Side side, LongSupplier nanoTime, CacheListener events) {
        this.side = side;
        this.nanoTime = nanoTime;
        this.events = events;
    }

    @Override
    public RegionStore region(RegionSpec spec) {
        return region(spec.name(), side.segment(spec));
    }

    /** A region with that state. */
    public RegionStore region(String name, InMemoryRegionStore.Segment segment) {
        return regions.computeIfAbsent(name, added -> new InMemoryRegionStore(name, segment, nanoTime, events));
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return tables(qualifiedName, side.tables(qualifiedName));
    }

    /** The table stamps with that state. */
    public TableStamps tables(String name, InMemoryTableStamps.Tables state) {
        return tables.computeIfAbsent(name, added -> new InMemoryTableStamps(name, state, nanoTime));
    }

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        Map<StoreKey, Stamp> held = new HashMap<>();
        Map<String, Throwable> failures = new HashMap<>();
        for (TransactionBegin.Lock lock : begin.locks()) {
            InMemoryRegionStore region = regions.get(lock.key().region());
            if (region == null) {
                failures.put(lock.key().region(), new IllegalArgumentException("No such region"));
            } else {
                held.put(lock.key(), region.lock(lock));
            }
        }
        Throwable tablesFailure = null;
        TableUpdate update = begin.update();
        if (update != null) {
            tablesFailure = missing(update);
            if (tablesFailure == null) {
                tables.get(update.region()).begin(update);
            }
        }
        return CompletableFuture.completedFuture(
                new TransactionBegun(held, tablesFailure == null, new WriteFailures(failures, tablesFailure)));
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        Map<String, Throwable> failures = new HashMap<>();
        List<StoreKey> keys = new ArrayList<>(end.evictions());
        end.unlocks().forEach(unlock -> keys.add(unlock.key()));
        end.inserts().forEach(insert -> keys.add(insert.key()));
        for (StoreKey key : keys) {
            if (!regions.containsKey(key.region())) {
                failures.put(key.region(), new IllegalArgumentException("No such region"));
            }
        }
        end.unlocks().stream()
                .filter(unlock -> regions.containsKey(unlock.key().region()))
                .forEach(unlock -> regions.get(unlock.key().region()).unlock(unlock));
        end.inserts().stream()
                .filter(insert -> regions.containsKey(insert.key().region()))
                .forEach(insert -> regions.get(insert.key().region()).insert(insert));
        end.evictions().stream()
                .filter(key -> regions.containsKey(key.region()))
                .forEach(key -> regions.get(key.region()).evict(key.key()));
        Throwable tablesFailure = null;
        TableUpdate update = end.update();
        if (update != null) {
            tablesFailure = missing(update);
            if (tablesFailure == null) {
                tables.get(update.region()).end(update);
            }
        }
        return CompletableFuture.completedFuture(new WriteFailures(failures, tablesFailure));
    }

    private @Nullable Throwable missing(TableUpdate update) {
        return tables.containsKey(update.region()) ? null : new IllegalArgumentException("No such table stamps");
    }

    @Override
    public CompletableFuture<Void> connect() {
        return CompletableFuture.allOf();
    }

    /** A connection changes. */
    public synchronized void changeConnection() {
        changes++;
        listeners.forEach(Runnable::run);
    }

    @Override
    public int connectionChanges() {
        return changes;
    }

    @Override
    public void onConnectionChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Of the regions that there are; the table stamps of the model have no near caches. */
    @Override
    public void follow(InvalidationListener listener) {
        near = listener;
        regions.values().forEach(region -> region.follow(listener));
    }

    @Override
    public CompletableFuture<Void> nearHeartbeat(Collection<String> owners, Duration publishFor) {
        InvalidationListener listener = near;
        for (String owner : owners) {
            InMemoryRegionStore region = regions.get(owner);
            if (listener != null && region != null) {
                long sentAt = nanoTime.getAsLong();
                listener.heartbeat(owner, region.invalidations(), sentAt);
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return false;
    }

    @Override
    public void close() {}
}
