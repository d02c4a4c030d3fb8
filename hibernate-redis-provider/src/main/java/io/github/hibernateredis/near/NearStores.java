package io.github.hibernateredis.near;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LogMessage;
import io.github.hibernateredis.store.ForwardingStores;
import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps values in front of the regions that have a near cache; passes all other calls on. Thread safe. */
public final class NearStores extends ForwardingStores {

    /** A write that is neither ended nor renewed for this many leases of a lock counts as abandoned. */
    private static final int ABANDONED_AFTER_LEASES = 2;

    private final long writeLeaseNanos;
    private final LongSupplier nanoTime;
    private final LongFunction<NearSegment> maker;
    private final Map<String, Follower> followers = new ConcurrentHashMap<>();
    private final NearHeartbeat heartbeat;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean logged = new AtomicBoolean();
    private volatile boolean connected;
    private final Duration tablesLease;
    private @Nullable NearTableStamps tables;
    private boolean keepsTables;

    /**
     * @param stores the decorated stores
     * @param lockLease the lease of a lock
     * @param tablesLease the lease of table stamps, if they are kept
     */
    public NearStores(Stores stores, Duration lockLease, Duration tablesLease) {
        this(stores, lockLease, tablesLease, System::nanoTime, lease -> new NearSegment(lease, System::nanoTime));
    }

    NearStores(
            Stores stores,
            Duration lockLease,
            Duration tablesLease,
            LongSupplier nanoTime,
            LongFunction<NearSegment> maker) {
        super(stores);
        this.tablesLease = tablesLease;
        this.writeLeaseNanos = lockLease.multipliedBy(ABANDONED_AFTER_LEASES).toNanos();
        this.nanoTime = nanoTime;
        this.maker = maker;
        this.heartbeat = new NearHeartbeat(followers::values, stores::nearHeartbeat);
        stores.follow(new Ear());
    }

    @Override
    public RegionStore region(RegionSpec spec) {
        RegionStore store = super.region(spec);
        RegionSpec.Near limits = spec.near();
        if (limits == null) {
            return store;
        }
        NearRegionStore near =
                new NearRegionStore(store, limits, spec.unreportedMillis(), writeLeaseNanos, nanoTime, maker);
        follow(near);
        return near;
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        NearTableStamps made = new NearTableStamps(
                super.tables(qualifiedName), tablesLease.toNanos(), writeLeaseNanos, nanoTime, maker);
        synchronized (this) {
            tables = made;
            if (keepsTables) {
                made.activate();
                follow(made);
            }
        }
        return made;
    }

    /** Keeps the stamps of tables from now on, because some query results are kept. */
    public synchronized void keepTables() {
        NearTableStamps known = tables;
        if (!keepsTables && known != null) {
            known.activate();
            follow(known);
        }
        keepsTables = true;
    }

    private void follow(Follower follower) {
        followers.put(follower.name(), follower);
        start();
    }

    private void start() {
        if (connected && !followers.isEmpty()) {
            if (started.compareAndSet(false, true)) {
                heartbeat.start();
            } else {
                heartbeat.hurry();
            }
        }
    }

    /** Sends near heartbeats as soon as there is a connection. Before that, the client must not be looked up. */
    @Override
    public CompletableFuture<Void> connect() {
        return super.connect().thenRun(() -> {
            connected = true;
            start();
        });
    }

    @Override
    public void onConnectionChange(Runnable listener) {
        super.onConnectionChange(() -> {
            lost();
            listener.run();
        });
    }

    private void lost() {
        if (!followers.isEmpty()) {
            followers.values().forEach(Follower::lost);
            if (started.get()) {
                heartbeat.hurry();
            }
        }
    }

    // Writes ----------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        if (followers.isEmpty()) {
            return super.begin(begin);
        }
        List<TransactionBegin.Lock> locks = new ArrayList<>(begin.locks().size());
        for (TransactionBegin.Lock lock : begin.locks()) {
            Follower follower = followers.get(lock.key().region());
            if (follower == null) {
                locks.add(lock);
            } else {
                follower.begin(lock.key().key(), lock.id());
                locks.add(new TransactionBegin.Lock(lock.key(), lock.id(), readingSince(lock, follower)));
            }
        }
        TableUpdate update = begin.update();
        Follower tables = update == null ? null : followers.get(update.region());
        if (update != null && tables != null) {
            update.tables().forEach(table -> tables.begin(table, update.id()));
        }
        return super.begin(new TransactionBegin(locks, update));
    }

    /**
     * The session may have found the row in the near cache, in the state of up to one lease earlier. Columns that it
     * does not write must not be stored if another session has written them since.
     */
    private static long readingSince(TransactionBegin.Lock lock, Follower follower) {
        return lock.openedAt() - follower.leaseNanos();
    }

    /** A write that ends with its reply. */
    private record Ending(Follower follower, String key, String id) {

        void end() {
            follower.end(key, id);
        }
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        if (followers.isEmpty()) {
            return super.end(end);
        }
        List<Ending> endings = new ArrayList<>();
        end.unlocks().forEach(unlock -> add(unlock.key(), unlock.id(), endings));
        end.inserts().forEach(insert -> add(insert.key(), null, endings));
        end.evictions().forEach(key -> add(key, null, endings));
        TableUpdate update = end.update();
        if (update != null) {
            update.tables().forEach(table -> add(new StoreKey(update.region(), table), update.id(), endings));
        }
        CompletableFuture<WriteFailures> answer = super.end(end);
        return endings.isEmpty() ? answer : answer.whenComplete((done, failure) -> endings.forEach(Ending::end));
    }

    private void add(StoreKey key, @Nullable String id, List<Ending> endings) {
        Follower follower = followers.get(key.region());
        if (follower != null) {
            String write = id;
            if (write == null) {
                write = follower.begin(key.key());
            } else {
                follower.begin(key.key(), write);
            }
            endings.add(new Ending(follower, key.key(), write));
        }
    }

    // Replies and messages --------------------------------------------------------------------------------------------

    private final class Ear implements InvalidationListener {

        @Override
        public void counted(String owner, Invalidations now) {
            Follower follower = followers.get(owner);
            if (follower != null) {
                follower.counted(now);
            }
        }

        @Override
        public void published(String owner, Invalidations number, @Nullable Collection<String> keys) {
            Follower follower = followers.get(owner);
            if (follower != null) {
                follower.published(number, keys);
            }
        }

        @Override
        public void heartbeat(String owner, Invalidations now, long sentAt) {
            Follower follower = followers.get(owner);
            if (follower != null) {
                follower.heartbeat(now, sentAt);
            }
        }

        @Override
        public void refused(String owner, String missing) {
            Follower follower = followers.get(owner);
            if (follower != null) {
                follower.refuse();
                if (logged.compareAndSet(false, true)) {
                    LogMessage.NEAR_CACHE_REFUSED.log(owner, missing);
                }
            }
        }
    }

    /**
     * Returns the listener for the events of the cache: after an unconfirmed write nothing of that owner may be kept.
     */
    public CacheListener listener() {
        return new CacheListener() {
            @Override
            public void invalidationPending(String owner, String operation, Throwable failure) {
                Follower follower = followers.get(owner);
                if (follower != null) {
                    follower.block();
                }
            }

            @Override
            public void invalidationFlushed(String owner) {
                Follower follower = followers.get(owner);
                if (follower != null) {
                    follower.unblock();
                    start();
                }
            }
        };
    }

    @Override
    public void close() {
        heartbeat.close();
        super.close();
    }
}
