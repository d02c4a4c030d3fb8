package io.github.hibernateredis.near;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.LoadTurn;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps values in front of a region. Only reads add values: a value that was put is kept when it is read next. */
final class NearRegionStore extends Follower implements RegionStore {

    private static final Lookup NEWER = new Lookup.Miss(MissReason.NEWER_THAN_SNAPSHOT);

    private final RegionStore store;
    private final NearEntries entries;
    private final long mostMillis;

    /** @param mostMillis for how long a value is used before the next read goes to Redis: which counts the reads */
    NearRegionStore(
            RegionStore store,
            RegionSpec.Near limits,
            long mostMillis,
            long writeLeaseNanos,
            LongSupplier nanoTime,
            LongFunction<NearSegment> maker) {
        super(store.name(), limits.lease().toNanos(), writeLeaseNanos, nanoTime, maker);
        this.store = store;
        this.entries = new NearEntries(limits);
        this.mostMillis = mostMillis;
    }

    @Override
    void drop(String key) {
        entries.remove(key);
    }

    @Override
    void dropAll() {
        entries.clear();
    }

    /** The number of kept values. */
    long keptEntries() {
        return entries.size();
    }

    /** Looks up the kept value of the key; null if Redis must be asked. */
    private @Nullable Lookup near(String key, Snapshot asOf) {
        NearEntry entry = entries.get(key);
        long now = nanoTime.getAsLong();
        if (entry == null || !entry.isUsable(now) || !isReadable(key)) {
            return null;
        }
        if (!asOf.isLatest()) {
            Stamp opening = store.asOf(key, asOf.openedAt());
            if (opening == null || !opening.isAtLeast(entry.hit().stamp())) {
                return NEWER;
            }
        }
        return entry.hit(now);
    }

    private void keep(String key, @Nullable Lookup found) {
        NearSegment.Generation generation = found instanceof Lookup.Hit hit ? admit(key, hit.readAt()) : null;
        if (found instanceof Lookup.Hit hit && generation != null) {
            NearEntry entry = new NearEntry(hit, generation, nanoTime.getAsLong(), mostMillis);
            entries.put(key, entry);
            if (isStillAdmitted(key, hit.readAt())) {
                entry.confirm();
            }
        }
    }

    @Override
    public CompletableFuture<Lookup> read(String key, Snapshot asOf) {
        Lookup near = near(key, asOf);
        return near != null
                ? CompletableFuture.completedFuture(near)
                : store.read(key, asOf).thenApply(found -> {
                    keep(key, found);
                    return found;
                });
    }

    @Override
    public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf) {
        Map<String, Lookup> known = new HashMap<>();
        List<String> others = new ArrayList<>();
        for (String key : keys) {
            Lookup near = near(key, asOf);
            if (near == null) {
                others.add(key);
            } else {
                known.put(key, near);
            }
        }
        return others.isEmpty()
                ? CompletableFuture.completedFuture(known)
                : store.readAll(others, asOf).thenApply(found -> {
                    found.forEach(this::keep);
                    known.putAll(found);
                    return known;
                });
    }

    /** A value that replaces another one counts as a write: the next read on this instance finds it. */
    @Override
    public CompletableFuture<PutOutcome> put(Put put) {
        if (put.mode() == Put.Mode.ADD) {
            return store.put(put);
        }
        String id = begin(put.key());
        return writing(put.key(), store.put(put), id);
    }

    @Override
    public CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated) {
        if (outdated == null) {
            return store.beginLoad(key, id, lease, null);
        }
        String write = begin(key);
        return writing(key, store.beginLoad(key, id, lease, outdated), write);
    }

    @Override
    public CompletableFuture<Void> endLoad(String key, String id) {
        return store.endLoad(key, id);
    }

    @Override
    public CompletableFuture<Boolean> beginReload(String key, String id, Duration lease) {
        return store.beginReload(key, id, lease);
    }

    @Override
    public CompletableFuture<Void> endReload(String key, String id) {
        return store.endReload(key, id);
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        String id = begin(key);
        return writing(key, store.evict(key), id);
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        String id = begin(key);
        return writing(key, store.discard(key), id);
    }

    @Override
    public CompletableFuture<Void> clear() {
        beginAll();
        return store.clear().whenComplete((done, failure) -> endAll());
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        beginAll();
        return store.lockRegion(lockId).whenComplete((done, failure) -> endAll());
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        beginAll();
        return store.unlockRegion(lockId).whenComplete((done, failure) -> endAll());
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

    @Override
    public String toString() {
        return store + " with a near cache";
    }
}
