package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A region in the layout that its nodes agree upon.
 *
 * <p>Two nodes that looked for a key in different segments would not see each other's writes. So the number of segments stands
 * in Redis, and the node that starts last decides: a changed setting takes effect with the first node of a rolling deploy
 * that has it, and the others follow. Before any node uses a layout, each segment of the former one has been begun anew
 * in the new generation ({@code _segment.lua}). From then on it is empty, and refuses whoever still goes by the former one;
 * who is refused asks what is in force, and repeats there. So no clock and no lease is involved, and nothing is written where
 * a reader does not look.
 *
 * <p>Locks do not go along to other segments, but keep puts out of all of them for as long as they would have lived: their
 * holders may die before they come to unlock what they have committed.
 *
 * <p>What has to be there for that may be lost, too: then a node may write for a moment in segments that others have left. So
 * whoever leaves a layout invalidates the region in the next one.
 *
 * <p>A region that never had more than one segment is in generation 0, and is asked for once. In any other layout each pulse
 * asks, in case the agreement was lost, and keeps those out who would begin with one segment because of that.
 */
final class AgreedRegionStore implements RegionStore {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /** Others may decide anew while what they decided before is being put into force. */
    private static final int ATTEMPTS = 3;

    /** A request that is never answered must not keep all later ones waiting. */
    private static final long ANSWER_SECONDS = 10;

    private record InForce(Layout layout, RegionInLayout store) {}

    /**
     * For how many segments a node decides for which none is set, if nothing was decided before and the server calls for more than
     * one. With as many a full server that drops a segment hardly loses more hits than if it dropped single entries, and three
     * masters of a cluster have about equal shares; more would only take more requests. (docs/memory.md)
     */
    static final int AS_NEEDED = 16;

    private final String name;
    private final int wanted;
    private final LayoutKey key;
    private final SegmentFactory stores;
    private volatile @Nullable InForce known;
    private volatile boolean decided;
    private @Nullable CompletableFuture<InForce> agreeing;
    private int told;

    /**
     * @param wanted how many segments this node is configured for, or {@link Stores#AS_MANY_AS_NEEDED}
     * @param stores makes the region in a layout
     */
    AgreedRegionStore(String name, int wanted, LayoutKey key, SegmentFactory stores) {
        this.name = name;
        this.wanted = wanted;
        this.told = wanted;
        this.key = key;
        this.stores = stores;
    }

    private <T extends @Nullable Object> CompletableFuture<T> run(
            Function<RegionStore, CompletableFuture<T>> operation) {
        InForce now = known;
        return now == null
                ? agree(null).thenCompose(agreed -> run(agreed, ATTEMPTS, operation))
                : run(now, ATTEMPTS, operation);
    }

    private <T extends @Nullable Object> CompletableFuture<T> run(
            InForce now, int attempts, Function<RegionStore, CompletableFuture<T>> operation) {
        return operation.apply(now.store).exceptionallyCompose(failure -> {
            Layout other = LayoutKey.refusing(failure);
            return other == null || attempts == 0
                    ? CompletableFuture.failedFuture(failure)
                    : agree(other).thenCompose(agreed -> run(agreed, attempts - 1, operation));
        });
    }

    /**
     * Asks what is in force, and sees to it that nothing else is. One request at a time.
     *
     * @param met the layout for which this node was refused
     */
    private CompletableFuture<InForce> agree(@Nullable Layout met) {
        CompletableFuture<InForce> mine = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<InForce> others = agreeing;
            if (others != null) {
                return others;
            }
            agreeing = mine;
        }
        ask(known, met, ATTEMPTS).orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).whenComplete((agreed, failure) -> {
            synchronized (this) {
                agreeing = null;
                if (agreed != null) {
                    known = agreed;
                    decided = true;
                }
            }
            if (agreed == null) {
                mine.completeExceptionally(failure);
            } else {
                tell(agreed.layout.segments());
                mine.complete(agreed);
            }
        });
        return mine;
    }

    private CompletableFuture<InForce> ask(@Nullable InForce before, @Nullable Layout met, int attempts) {
        Layout used = before == null ? Layout.UNDECIDED : before.layout;
        Layout newest = met == null || met.generation() < used.generation() ? used : met;
        return key.ask(decided ? LayoutKey.AS_IT_IS : wanted == Stores.AS_MANY_AS_NEEDED ? -AS_NEEDED : wanted, newest)
                .thenCompose(agreement -> putIntoForce(before, agreement))
                .exceptionallyCompose(failure -> {
                    Layout other = LayoutKey.refusing(failure);
                    return other == null || attempts == 0
                            ? CompletableFuture.failedFuture(failure)
                            : ask(before, other, attempts - 1);
                });
    }

    private CompletableFuture<InForce> putIntoForce(@Nullable InForce before, LayoutKey.Agreement agreement) {
        Layout layout = agreement.layout();
        if (before != null && before.layout.equals(layout) && agreement.former().isEmpty()) {
            return CompletableFuture.completedFuture(before);
        }
        boolean leaving = before != null && !before.layout.equals(layout);
        InForce next = leaving || before == null ? new InForce(layout, stores.region(layout)) : before;
        if (layout.generation() == 0) {
            return CompletableFuture.completedFuture(next);
        }
        Set<Integer> places = new TreeSet<>(agreement.former());
        places.add(layout.segments());
        if (before != null) {
            places.add(before.layout.segments());
        }
        return begin(places, layout)
                .thenCompose(held -> held > 0 ? next.store.begin(held) : CompletableFuture.completedFuture(held))
                .thenCompose(held -> leaving ? arrive(next.store) : CompletableFuture.completedFuture(null))
                .thenCompose(cleared -> agreement.former().isEmpty()
                        ? CompletableFuture.completedFuture(agreement)
                        : key.fenced(agreement))
                .thenApply(done -> next);
    }

    /** Makes up for what was written elsewhere, and gets to know servers that may not have been asked before. */
    private static CompletableFuture<Void> arrive(RegionStore store) {
        return store.clear().thenCompose(done -> store.pulse(List.of()));
    }

    /** Begins the segments of all these layouts in that one; returns for how long the locks in them may still be held. */
    private CompletableFuture<Long> begin(Set<Integer> places, Layout layout) {
        List<CompletableFuture<Long>> begun = places.stream()
                .map(segments -> stores.hashes(segments, layout).begin(0))
                .toList();
        return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        begun.stream().mapToLong(CompletableFuture::join).max().orElse(0));
    }

    private synchronized void tell(int segments) {
        if (segments != told) {
            told = segments;
            if (segments != wanted && wanted != Stores.AS_MANY_AS_NEEDED) {
                LOG.warnf(
                        "Region %s: this node is configured for %d segments, and one that started later for %d, which"
                                + " all use now. Let all nodes have the same setting",
                        name, wanted, segments);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<byte @Nullable []> get(String key) {
        return run(store -> store.get(key));
    }

    @Override
    public CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt) {
        return run(store -> store.getAsOf(key, openedAt));
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAll(Set<String> keys) {
        return run(store -> store.getAll(keys));
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAllAsOf(Set<String> keys, long openedAt) {
        return run(store -> store.getAllAsOf(keys, openedAt));
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value, long openedAt) {
        return run(store -> store.put(key, value, openedAt));
    }

    @Override
    public CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt) {
        return run(store -> store.replace(key, value, openedAt));
    }

    @Override
    public CompletableFuture<Boolean> lock(String key, String lockId, long openedAt) {
        return run(store -> store.lock(key, lockId, openedAt));
    }

    @Override
    public CompletableFuture<Boolean> unlock(String key, String lockId, byte @Nullable [] value) {
        return run(store -> store.unlock(key, lockId, value));
    }

    @Override
    public CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt) {
        return run(store -> store.insert(key, value, openedAt));
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return run(store -> store.evict(key));
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return run(store -> store.discard(key));
    }

    @Override
    public CompletableFuture<Void> clear() {
        return run(RegionStore::clear);
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        return run(store -> store.lockRegion(lockId));
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return run(store -> store.unlockRegion(lockId));
    }

    @Override
    public CompletableFuture<Void> pulse(Collection<String> regionLocks) {
        InForce now = known;
        if (now != null && now.layout.generation() == 0) {
            return run(store -> store.pulse(regionLocks));
        }
        return agree(null)
                .thenCompose(agreed -> CompletableFuture.allOf(
                        run(agreed, ATTEMPTS, store -> store.pulse(regionLocks)), keepOthersOut(agreed)));
    }

    /** Of the region as it is if nothing was decided, where whoever has missed the agreement begins. */
    private CompletableFuture<Void> keepOthersOut(InForce now) {
        if (now.layout.segments() == 1) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> begun = stores.hashes(1, now.layout)
                .begin(0)
                .thenCompose(held -> held > 0 ? now.store.begin(held) : CompletableFuture.completedFuture(held))
                .thenAccept(held -> {});
        return begun.exceptionallyCompose(failure -> {
            Layout other = LayoutKey.refusing(failure);
            return other == null ? begun : agree(other).thenAccept(agreed -> {});
        });
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        return run(RegionStore::size);
    }

    @Override
    public String toString() {
        return String.valueOf(known);
    }
}
