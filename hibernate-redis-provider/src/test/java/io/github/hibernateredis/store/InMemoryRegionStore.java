package io.github.hibernateredis.store;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The contract of {@link RegionStore} in plain Java: the model against which the scripts are tested. Each object is one
 * instance; instances that share a {@link Segment} share a region. Thread safe.
 *
 * <p>It deliberately differs from Redis in one point: here every key has its own floor.
 */
public final class InMemoryRegionStore implements RegionStore {

    /** The shared state of a region, with a clock that stands still until it is moved. */
    public static final class Segment {

        private final long leaseMicros;
        private final long ttlMicros;
        private final boolean sweeping;

        private long clock = 1_000_000_000_000L;
        private int epochs;
        private final List<BiConsumer<Invalidations, @Nullable Set<String>>> listeners = new ArrayList<>();
        private @Nullable Guards guards;
        private @Nullable Data data;
        private boolean allPublished;
        private Set<String> published = new LinkedHashSet<>();
        private final Map<String, Load> reloads = new HashMap<>();

        /** @param sweeping whether each put and each unlock checks the locks of all keys for expiry */
        public Segment(long leaseMillis, long ttlMillis, boolean sweeping) {
            this.leaseMicros = leaseMillis * 1000;
            this.ttlMicros = ttlMillis * 1000;
            this.sweeping = sweeping;
        }

        /** Moves the clock forward. */
        public synchronized void advance(long millis) {
            clock += millis * 1000;
        }

        /** Sets the clock back behind the issued stamps. */
        public synchronized void runAhead(long millis) {
            Guards open = open();
            open.newest += millis * 1000;
            publish(open);
        }

        /** Brings the deadlines of some locks nearer, as if time passed only for them. */
        public synchronized void ageLocks(long millis, Predicate<String> ids) {
            if (guards != null) {
                guards.locks.values().forEach(holders -> age(holders, millis, ids));
                age(guards.regionLocks, millis, ids);
            }
        }

        private static void age(List<Holder> holders, long millis, Predicate<String> ids) {
            for (Holder holder : holders) {
                if (ids.test(holder.id)) {
                    holder.deadline -= millis * 1000;
                }
            }
        }

        /** Brings the expiry of all entries nearer. */
        public synchronized void ageItems(long millis) {
            if (data != null) {
                data.loads.replaceAll((key, load) -> new Load(load.id, load.deadline - millis * 1000));
                data.items.replaceAll((key, item) -> new Item(item.value, item.stamp, item.expiry - millis * 1000));
            }
        }

        /** Loses the data hash. */
        public synchronized void loseData() {
            data = null;
        }

        /** Loses the metadata. */
        public synchronized void loseGuards() {
            guards = null;
        }

        /** Starts a script: a segment without metadata trusts no stored entry. */
        private Guards open() {
            if (guards == null) {
                data = null;
                guards = new Guards(clock, "life" + ++epochs);
            }
            return guards;
        }

        /** Ends a script: a read finds the newest stamp next to the entries, and near caches hear of invalidations. */
        private Stamp publish(Guards open) {
            Set<String> keys = published;
            boolean all = allPublished;
            published = new LinkedHashSet<>();
            allPublished = false;
            boolean isNews = all || !keys.isEmpty();
            open.invalidations += isNews ? 1 : 0;
            Stamp stamp = new Stamp(open.newest, open.epoch);
            data().stamp = stamp;
            data().invalidations = open.invalidations;
            if (isNews) {
                Invalidations number = new Invalidations("", open.epoch, open.invalidations);
                listeners.forEach(listener -> listener.accept(number, all ? null : keys));
            }
            return stamp;
        }

        /** Has the listener told of each invalidation: its number and the keys, null for all. */
        synchronized void listen(BiConsumer<Invalidations, @Nullable Set<String>> listener) {
            listeners.add(listener);
        }

        private Data data() {
            if (data == null) {
                data = new Data();
            }
            return data;
        }

        private void advanceStamp(Guards open) {
            open.newest = Math.max(clock, open.newest + 1);
        }

        private void write(Guards open, String key) {
            advanceStamp(open);
            open.floors.put(key, open.newest);
            data().drop(key);
        }

        private void invalidate(Guards open) {
            advanceStamp(open);
            open.version = open.newest;
            data = null;
            allPublished = true;
        }

        /** The live holders of a key. Removing an expired one is a write of the key. */
        private List<Holder> holders(Guards open, String key) {
            List<Holder> holders = open.locks.computeIfAbsent(key, k -> new ArrayList<>());
            if (holders.removeIf(holder -> holder.deadline <= clock)) {
                holders.forEach(holder -> holder.conflicted = true);
                write(open, key);
                published.add(key);
            }
            return holders;
        }

        /** The live holders of the region lock. Removing an expired one is a write of all keys. */
        private List<Holder> regionHolders(Guards open) {
            if (open.regionLocks.removeIf(holder -> holder.deadline <= clock)) {
                invalidate(open);
            }
            return open.regionLocks;
        }

        private void sweep(Guards open) {
            if (sweeping) {
                List.copyOf(open.locks.keySet()).forEach(key -> holders(open, key));
            }
        }

        private boolean isRecent(Guards open, String key, @Nullable Stamp opening) {
            return opening != null
                    && opening.epoch().equals(open.epoch)
                    && opening.number() >= open.version
                    && opening.number() >= open.floors.getOrDefault(key, 0L);
        }

        private @Nullable Item live(String key) {
            Item item = data().items.get(key);
            return item == null || item.expiry <= clock ? null : item;
        }

        private void store(String key, byte[] value, long stamp) {
            data().loads.remove(key);
            data().items.put(key, new Item(value.clone(), stamp, clock + ttlMicros));
        }
    }

    private static final class Guards {
        private final String epoch;
        private final Map<String, Long> floors = new HashMap<>();
        private final Map<String, List<Holder>> locks = new HashMap<>();
        private final List<Holder> regionLocks = new ArrayList<>();
        private long newest;
        private long version;
        private long invalidations;

        Guards(long birth, String epoch) {
            this.newest = birth;
            this.version = birth;
            this.epoch = epoch;
        }
    }

    private static final class Data {
        private final Map<String, Item> items = new HashMap<>();
        private final Map<String, Load> loads = new HashMap<>();
        private @Nullable Stamp stamp;
        private long invalidations;

        void drop(String key) {
            items.remove(key);
            loads.remove(key);
        }
    }

    private record Load(String id, long deadline) {}

    private record Item(byte[] value, long stamp, long expiry) {}

    private static final class Holder {
        private final String id;
        private final long stamp;
        private long deadline;
        private boolean conflicted;

        Holder(String id, long stamp, long deadline) {
            this.id = id;
            this.stamp = stamp;
            this.deadline = deadline;
        }
    }

    private final String name;
    private final Segment segment;
    private final ModelHistory history;
    private final CacheListener events;
    private @Nullable InvalidationListener near;

    /** @param nanoTime the clock of this instance */
    public InMemoryRegionStore(String name, Segment segment, LongSupplier nanoTime, CacheListener events) {
        this.name = name;
        this.segment = segment;
        this.history = new ModelHistory(nanoTime);
        this.events = events;
    }

    /** Has a near cache told of all invalidations from now on. To be called once. */
    void follow(InvalidationListener listener) {
        near = listener;
        segment.listen((number, keys) ->
                listener.published(name, new Invalidations(name, number.epoch(), number.count()), keys));
    }

    /** How many invalidations there have been. */
    Invalidations invalidations() {
        synchronized (segment) {
            return script(guards -> new Invalidations(name, guards.epoch, guards.invalidations));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<Lookup> read(String key, Snapshot asOf) {
        return atomically(() -> lookup(key, asOf));
    }

    @Override
    public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf) {
        return atomically(() -> {
            Map<String, Lookup> found = new HashMap<>();
            keys.forEach(key -> found.put(key, lookup(key, asOf)));
            return found;
        });
    }

    private Lookup lookup(String key, Snapshot asOf) {
        if (segment.data == null || segment.data.stamp == null) {
            return new Lookup.Miss(MissReason.NO_EPOCH);
        }
        Stamp newest = segment.data.stamp;
        history.arrived(newest);
        Item item = segment.data.items.get(key);
        Load load = segment.data.loads.get(key);
        if (load != null && load.deadline > segment.clock) {
            return new Lookup.Miss(MissReason.LOADING);
        }
        if (item == null) {
            return Lookup.Miss.ABSENT;
        }
        if (item.expiry <= segment.clock) {
            return new Lookup.Miss(MissReason.EXPIRED);
        }
        Stamp stamp = new Stamp(item.stamp, newest.epoch());
        Stamp opening = asOf.isLatest() ? stamp : history.asOf(asOf.openedAt());
        Invalidations readAt = new Invalidations(name, newest.epoch(), segment.data.invalidations);
        counted(readAt);
        return opening == null || !opening.isAtLeast(stamp)
                ? new Lookup.Miss(MissReason.NEWER_THAN_SNAPSHOT)
                : new Lookup.Hit(item.value.clone(), stamp, (item.expiry - segment.clock) / 1000, readAt, false);
    }

    @Override
    public CompletableFuture<PutOutcome> put(Put put) {
        return atomically(() -> {
            Stamp opening = history.asOf(put.openedAt());
            if (opening == null) {
                return published(PutOutcome.REFUSED_OLDER);
            }
            return published(script(guards -> {
                boolean locked = !segment.regionHolders(guards).isEmpty();
                locked |= !segment.holders(guards, put.key()).isEmpty();
                PutOutcome outcome;
                if (locked) {
                    outcome = PutOutcome.REFUSED_LOCKED;
                } else if (!segment.isRecent(guards, put.key(), opening)) {
                    outcome = PutOutcome.REFUSED_OLDER;
                    segment.data().loads.remove(put.key());
                } else if (put.mode() == Put.Mode.ADD && segment.live(put.key()) != null) {
                    outcome = PutOutcome.PRESENT;
                } else {
                    outcome = PutOutcome.STORED;
                    segment.advanceStamp(guards);
                    segment.store(put.key(), put.value(), guards.newest);
                }
                segment.sweep(guards);
                return outcome;
            }));
        });
    }

    private PutOutcome published(PutOutcome outcome) {
        events.put(name, outcome);
        return outcome;
    }

    /** Takes or renews a lock; returns its stamp. */
    Stamp lock(TransactionBegin.Lock lock) {
        String key = lock.key().key();
        synchronized (segment) {
            return script(guards -> {
                List<Holder> holders = segment.holders(guards, key);
                segment.data().drop(key);
                Holder mine = find(holders, lock.id());
                if (mine == null) {
                    segment.published.add(key);
                    mine = new Holder(lock.id(), guards.newest, 0);
                    holders.add(mine);
                    if (holders.size() > 1) {
                        holders.forEach(holder -> holder.conflicted = true);
                    }
                    mine.conflicted |= !segment.isRecent(guards, key, history.asOf(lock.openedAt()));
                }
                mine.deadline = segment.clock + segment.leaseMicros;
                return new Stamp(mine.stamp, guards.epoch);
            });
        }
    }

    /** Ends a lock. */
    void unlock(TransactionEnd.Unlock unlock) {
        String key = unlock.key().key();
        synchronized (segment) {
            PutOutcome outcome = script(guards -> {
                boolean regionLocked = !segment.regionHolders(guards).isEmpty();
                List<Holder> holders = segment.holders(guards, key);
                Holder mine = find(holders, unlock.id());
                holders.remove(mine);
                holders.forEach(holder -> holder.conflicted = true);
                segment.write(guards, key);
                if (mine == null) {
                    segment.published.add(key);
                }
                PutOutcome result = PutOutcome.STORED;
                if (mine != null && mine.conflicted) {
                    result = PutOutcome.REFUSED_CONFLICTED;
                } else if (mine == null
                        || !new Stamp(mine.stamp, guards.epoch).equals(unlock.held())
                        || mine.stamp < guards.version) {
                    result = PutOutcome.REFUSED_OLDER;
                } else if (regionLocked) {
                    result = PutOutcome.REFUSED_LOCKED;
                }
                if (unlock.value() != null && result == PutOutcome.STORED) {
                    segment.store(key, unlock.value(), guards.newest);
                }
                segment.sweep(guards);
                return result;
            });
            if (unlock.value() != null) {
                events.put(name, outcome);
            }
        }
    }

    /** Stores the value of a committed insert. */
    void insert(TransactionEnd.Insert insert) {
        String key = insert.key().key();
        synchronized (segment) {
            events.put(name, script(guards -> {
                boolean locked = !segment.regionHolders(guards).isEmpty();
                List<Holder> holders = segment.holders(guards, key);
                locked |= !holders.isEmpty();
                PutOutcome result = PutOutcome.STORED;
                if (locked) {
                    result = PutOutcome.REFUSED_LOCKED;
                } else if (!segment.isRecent(guards, key, history.asOf(insert.openedAt()))) {
                    result = PutOutcome.REFUSED_OLDER;
                }
                holders.forEach(holder -> holder.conflicted = true);
                segment.write(guards, key);
                segment.published.add(key);
                if (result == PutOutcome.STORED) {
                    segment.store(key, insert.value(), guards.newest);
                }
                segment.sweep(guards);
                return result;
            }));
        }
    }

    @Override
    public CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated) {
        return atomically(() -> script(guards -> {
            if (!segment.regionHolders(guards).isEmpty()
                    || !segment.holders(guards, key).isEmpty()) {
                return LoadTurn.ANYONE;
            }
            Load load = segment.data().loads.get(key);
            Item item = segment.live(key);
            boolean there = item != null && (outdated == null || item.stamp != outdated.number());
            if (there || load != null && load.deadline > segment.clock) {
                return LoadTurn.OTHER;
            }
            if (item != null) {
                segment.published.add(key);
            }
            segment.data().drop(key);
            segment.data().loads.put(key, new Load(id, segment.clock + lease.toMillis() * 1000));
            return LoadTurn.MINE;
        }));
    }

    @Override
    public CompletableFuture<Void> endLoad(String key, String id) {
        return atomically(() -> {
            if (segment.data != null) {
                segment.data.loads.computeIfPresent(key, (k, load) -> load.id.equals(id) ? null : load);
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Boolean> beginReload(String key, String id, Duration lease) {
        return atomically(() -> {
            Load load = segment.reloads.get(key);
            if (load != null && load.deadline > segment.clock) {
                return false;
            }
            segment.reloads.put(key, new Load(id, segment.clock + lease.toMillis() * 1000));
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> endReload(String key, String id) {
        return atomically(() -> {
            segment.reloads.computeIfPresent(key, (k, load) -> load.id.equals(id) ? null : load);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return effect(guards -> {
            segment.holders(guards, key).forEach(holder -> holder.conflicted = true);
            segment.write(guards, key);
            segment.published.add(key);
        });
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return atomically(() -> {
            if (segment.data != null) {
                segment.data.drop(key);
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> clear() {
        return effect(segment::invalidate);
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        return effect(guards -> {
                    List<Holder> holders = segment.regionHolders(guards);
                    holders.remove(find(holders, lockId));
                    long deadline = segment.clock + segment.leaseMicros;
                    holders.add(new Holder(lockId, guards.newest, deadline));
                    segment.invalidate(guards);
                })
                .thenApply(done -> true);
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return effect(guards -> {
            List<Holder> holders = segment.regionHolders(guards);
            holders.remove(find(holders, lockId));
            segment.invalidate(guards);
        });
    }

    @Override
    public CompletableFuture<Void> heartbeat(Collection<String> regionLocks) {
        return effect(guards -> {
            for (String id : regionLocks) {
                Holder found = find(segment.regionHolders(guards), id);
                if (found != null) {
                    found.deadline = segment.clock + segment.leaseMicros;
                }
            }
        });
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        return atomically(() -> {
            long bytes = 0;
            Map<String, Item> items = segment.data == null ? Map.of() : segment.data.items;
            for (Item item : items.values()) {
                bytes += item.value.length;
            }
            return new RegionSize(items.size(), bytes);
        });
    }

    @Override
    public @Nullable String segmentOf(String key) {
        return name;
    }

    @Override
    public @Nullable Stamp asOf(String key, long moment) {
        return history.asOf(moment);
    }

    @Override
    public @Nullable BypassReason bypassed() {
        return null;
    }

    private interface Body<T extends @Nullable Object> {
        T run(Guards guards);
    }

    /** One script in Redis: atomic, and the reply contains the newest stamp. */
    private <T extends @Nullable Object> T script(Body<T> body) {
        Guards guards = segment.open();
        T result = body.run(guards);
        guards.locks.values().removeIf(List::isEmpty);
        history.arrived(segment.publish(guards));
        counted(new Invalidations(name, guards.epoch, guards.invalidations));
        return result;
    }

    private void counted(Invalidations now) {
        if (near != null) {
            near.counted(name, now);
        }
    }

    private CompletableFuture<Void> effect(Consumer<Guards> body) {
        return this.<@Nullable Void>atomically(() -> script(guards -> {
            body.accept(guards);
            return null;
        }));
    }

    private <T extends @Nullable Object> CompletableFuture<T> atomically(Supplier<T> body) {
        synchronized (segment) {
            return CompletableFuture.completedFuture(body.get());
        }
    }

    private static @Nullable Holder find(List<Holder> holders, String id) {
        for (Holder holder : holders) {
            if (holder.id.equals(id)) {
                return holder;
            }
        }
        return null;
    }
}
