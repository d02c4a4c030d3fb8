package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
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
 * <p>A region that never had more than one segment is in generation 0 and asks nobody. In any other layout each pulse asks, in
 * case the agreement was lost, and keeps those out who would begin with one segment because of that.
 */
final class AgreedRegionStore implements RegionStore {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /** Others may decide anew while what they decided before is being put into force. */
    private static final int ATTEMPTS = 3;

    private record InForce(Layout layout, RegionStore store) {}

    private final String name;
    private final int wanted;
    private final LayoutKey key;
    private final Function<Layout, RegionStore> stores;
    private volatile @Nullable InForce known;
    private volatile boolean decided;
    private @Nullable CompletableFuture<InForce> agreeing;
    private int told;

    /**
     * @param wanted how many segments this node is configured for
     * @param stores makes the region in a layout
     */
    AgreedRegionStore(String name, int wanted, LayoutKey key, Function<Layout, RegionStore> stores) {
        this.name = name;
        this.wanted = wanted;
        this.told = wanted;
        this.key = key;
        this.stores = stores;
        this.known = wanted == 1 ? new InForce(Layout.UNDECIDED, stores.apply(Layout.UNDECIDED)) : null;
    }

    private <T extends @Nullable Object> CompletableFuture<T> run(
            Function<RegionStore, CompletableFuture<T>> operation) {
        InForce now = known;
        if (now == null) {
            return agree(0).thenCompose(agreed -> operation.apply(agreed.store));
        }
        return operation.apply(now.store).exceptionallyCompose(failure -> {
            long newer = LayoutKey.refusing(failure);
            return newer < 0
                    ? CompletableFuture.failedFuture(failure)
                    : agree(newer).thenCompose(agreed -> operation.apply(agreed.store));
        });
    }

    /**
     * Asks what is in force, and sees to it that nothing else is. One request at a time.
     *
     * @param seen the generation by which this node was refused; 0 if it was not
     */
    private CompletableFuture<InForce> agree(long seen) {
        CompletableFuture<InForce> mine = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<InForce> others = agreeing;
            if (others != null) {
                return others;
            }
            agreeing = mine;
        }
        ask(known, seen, ATTEMPTS).whenComplete((agreed, failure) -> {
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

    private CompletableFuture<InForce> ask(@Nullable InForce before, long seen, int attempts) {
        Layout used = before == null || before.layout.generation() < seen ? null : before.layout;
        return key.ask(decided ? 0 : wanted, used, used == null ? seen : used.generation())
                .thenCompose(agreement -> putIntoForce(before, agreement))
                .exceptionallyCompose(failure -> {
                    long newer = LayoutKey.refusing(failure);
                    return newer < 0 || attempts == 0
                            ? CompletableFuture.failedFuture(failure)
                            : ask(before, newer, attempts - 1);
                });
    }

    private CompletableFuture<InForce> putIntoForce(@Nullable InForce before, LayoutKey.Agreement agreement) {
        Layout layout = agreement.layout();
        Set<Integer> former = new TreeSet<>(agreement.former());
        if (before != null) {
            if (before.layout.equals(layout) && former.isEmpty()) {
                return CompletableFuture.completedFuture(before);
            }
            former.add(before.layout.segments());
        }
        InForce next = new InForce(layout, stores.apply(layout));
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        begun.add(next.store.pulse(List.of()));
        for (int segments : former) {
            begun.add(stores.apply(new Layout(segments, layout.generation())).pulse(List.of()));
        }
        return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                .thenCompose(
                        done -> former.isEmpty() ? CompletableFuture.completedFuture(agreement) : key.fenced(layout))
                .thenApply(done -> next);
    }

    private synchronized void tell(int segments) {
        if (segments != told) {
            told = segments;
            if (segments != wanted) {
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
            return run(store -> store.pulse(regionLocks)).thenRun(() -> decided = true);
        }
        return agree(0).thenCompose(agreed -> CompletableFuture.allOf(
                agreed.store.pulse(regionLocks),
                agreed.layout.segments() == 1
                        ? CompletableFuture.completedFuture(null)
                        : stores.apply(new Layout(1, agreed.layout.generation()))
                                .pulse(List.of())));
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
