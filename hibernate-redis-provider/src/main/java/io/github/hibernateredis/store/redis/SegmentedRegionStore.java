package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A region that is spread over segments, each of which is a store with stamps of its own: whatever is decided about a key is
 * decided by what happened to it, or to the whole region, and both leave their stamp in the key's segment. What concerns the
 * whole region concerns every segment, and is done when all have done it.
 */
final class SegmentedRegionStore implements RegionInLayout {

    /**
     * After how many pulses each segment has had one, as long as nothing demands them all at once: regions, nodes and segments
     * multiply. What an older stamp costs is the first load after somebody else's write.
     */
    private static final int BEATS = 4;

    private final String name;
    private final List<RedisRegionStore> segments;
    private final IntSupplier connectionChanges;
    private final AtomicInteger turn = new AtomicInteger();

    /** As of which change of connections all segments have been pulsed. */
    private volatile @Nullable Integer pulsedAll;

    /** @param connectionChanges {@link io.github.hibernateredis.store.Stores#connectionChanges()} */
    SegmentedRegionStore(String name, List<RedisRegionStore> segments, IntSupplier connectionChanges) {
        this.name = name;
        this.segments = segments;
        this.connectionChanges = connectionChanges;
    }

    @Override
    public String name() {
        return name;
    }

    private RegionStore of(String key) {
        return segments.get(KeyLayout.segmentOf(key, segments.size()));
    }

    @Override
    public CompletableFuture<byte @Nullable []> get(String key) {
        return of(key).get(key);
    }

    @Override
    public CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt) {
        return of(key).getAsOf(key, openedAt);
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAll(Set<String> keys) {
        return grouped(keys, RegionStore::getAll);
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAllAsOf(Set<String> keys, long openedAt) {
        return grouped(keys, (segment, some) -> segment.getAllAsOf(some, openedAt));
    }

    private CompletableFuture<Map<String, byte[]>> grouped(
            Set<String> keys, BiFunction<RegionStore, Set<String>, CompletableFuture<Map<String, byte[]>>> read) {
        Map<RegionStore, Set<String>> groups = new HashMap<>();
        keys.forEach(key ->
                groups.computeIfAbsent(of(key), segment -> new HashSet<>()).add(key));
        List<CompletableFuture<Map<String, byte[]>>> replies = new ArrayList<>();
        groups.forEach((segment, some) -> replies.add(read.apply(segment, some)));
        return all(replies).thenApply(done -> {
            Map<String, byte[]> found = new HashMap<>();
            replies.forEach(reply -> found.putAll(reply.join()));
            return found;
        });
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value, long openedAt) {
        return of(key).put(key, value, openedAt);
    }

    @Override
    public CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt) {
        return of(key).replace(key, value, openedAt);
    }

    @Override
    public CompletableFuture<Boolean> lock(String key, String lockId, long openedAt) {
        return of(key).lock(key, lockId, openedAt);
    }

    @Override
    public CompletableFuture<Boolean> unlock(String key, String lockId, byte @Nullable [] value) {
        return of(key).unlock(key, lockId, value);
    }

    @Override
    public CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt) {
        return of(key).insert(key, value, openedAt);
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return of(key).evict(key);
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return of(key).discard(key);
    }

    @Override
    public CompletableFuture<Void> clear() {
        return each(RegionStore::clear);
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        List<CompletableFuture<Boolean>> locks =
                segments.stream().map(segment -> segment.lockRegion(lockId)).toList();
        return all(locks).thenApply(done -> locks.stream().allMatch(CompletableFuture::join));
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return each(segment -> segment.unlockRegion(lockId));
    }

    @Override
    public CompletableFuture<Long> begin(long heldMillis) {
        List<CompletableFuture<Long>> replies =
                segments.stream().map(segment -> segment.begin(heldMillis)).toList();
        return all(replies)
                .thenApply(done -> replies.stream()
                        .mapToLong(CompletableFuture::join)
                        .max()
                        .orElse(0));
    }

    /** Of all segments if there are leases to renew, or servers to get to know; else of some, in turn. */
    @Override
    public CompletableFuture<Void> pulse(Collection<String> regionLocks) {
        Integer changes = connectionChanges.getAsInt();
        if (!regionLocks.isEmpty() || !changes.equals(pulsedAll) || segments.size() <= BEATS) {
            return each(segment -> segment.pulse(regionLocks)).thenRun(() -> pulsedAll = changes);
        }
        int some = (segments.size() + BEATS - 1) / BEATS;
        int first = turn.getAndUpdate(last -> (last + some) % segments.size());
        List<CompletableFuture<Void>> replies = new ArrayList<>();
        for (int i = 0; i < some; i++) {
            replies.add(segments.get((first + i) % segments.size()).pulse(regionLocks));
        }
        return all(replies).whenComplete((done, failure) -> {
            if (failure != null) {
                pulsedAll = null; // one that is refused says something about all that are on the same server
            }
        });
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        List<CompletableFuture<RegionSize>> sizes =
                segments.stream().map(RegionStore::size).toList();
        return all(sizes).thenApply(done -> {
            List<RegionSize> each = sizes.stream().map(CompletableFuture::join).toList();
            return new RegionSize(
                    each.stream().mapToLong(RegionSize::items).sum(),
                    each.stream().mapToLong(RegionSize::bytes).sum());
        });
    }

    private CompletableFuture<Void> each(Function<RegionStore, CompletableFuture<Void>> operation) {
        return all(segments.stream().map(operation).toList());
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> replies) {
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
    }

    @Override
    public String toString() {
        return "region " + name + " in " + segments;
    }
}
