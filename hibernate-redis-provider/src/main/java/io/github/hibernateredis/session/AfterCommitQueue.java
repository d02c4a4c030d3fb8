package io.github.hibernateredis.session;

import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Collects the requests that follow a commit or a rollback, until all of them are known. Guarded by its
 * {@link SessionWrites}.
 */
final class AfterCommitQueue {

    private record Unlock(ItemLock lock, byte @Nullable [] value) {}

    private final Stores stores;
    private List<Unlock> unlocks = new ArrayList<>();
    private List<TransactionEnd.Insert> inserts = new ArrayList<>();
    private Set<StoreKey> evictions = new LinkedHashSet<>();
    private List<TableUpdate> updates = new ArrayList<>();
    private volatile boolean empty = true;
    private volatile CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);

    AfterCommitQueue(Stores stores) {
        this.stores = stores;
    }

    void unlock(ItemLock lock, byte @Nullable [] value) {
        unlocks.add(new Unlock(lock, value));
        empty = false;
    }

    void insert(TransactionEnd.Insert insert) {
        inserts.add(insert);
        empty = false;
    }

    void evict(StoreKey key) {
        evictions.add(key);
        empty = false;
    }

    void end(TableUpdate update) {
        updates.add(update);
        empty = false;
    }

    boolean isEmpty() {
        return empty;
    }

    /**
     * Sends the collected requests.
     *
     * @param locksAnswered the answers that must arrive first
     */
    void send(CompletableFuture<@Nullable Void> locksAnswered) {
        if (empty) {
            return;
        }
        List<Unlock> ending = unlocks;
        List<TransactionEnd.Insert> inserting = inserts;
        Set<StoreKey> evicting = evictions;
        List<TableUpdate> tables = updates;
        unlocks = new ArrayList<>();
        inserts = new ArrayList<>();
        evictions = new LinkedHashSet<>();
        updates = new ArrayList<>();
        empty = true;
        CompletableFuture<?> before = underWay;
        CompletableFuture<?> sent = locksAnswered.isDone()
                ? send(ending, inserting, evicting, tables)
                : locksAnswered.thenCompose(done -> send(ending, inserting, evicting, tables));
        underWay = before.isDone() ? sent : sent.thenCombine(before, (now, earlier) -> now);
    }

    private CompletableFuture<WriteFailures> send(
            List<Unlock> ending,
            List<TransactionEnd.Insert> inserting,
            Set<StoreKey> evicting,
            List<TableUpdate> tables) {
        List<TransactionEnd.Unlock> ends = ending.stream()
                .map(each -> new TransactionEnd.Unlock(each.lock.key, each.lock.id, each.lock.held(), each.value))
                .toList();
        CompletableFuture<WriteFailures> sent =
                stores.end(new TransactionEnd(ends, inserting, evicting, tables.isEmpty() ? null : tables.get(0)));
        if (tables.size() < 2) {
            return sent;
        }
        // Merges the results of consecutive updates, which a session without a transaction makes.
        List<CompletableFuture<WriteFailures>> all = new ArrayList<>(List.of(sent));
        for (TableUpdate update : tables.subList(1, tables.size())) {
            all.add(stores.end(new TransactionEnd(List.of(), List.of(), Set.of(), update)));
        }
        return sent.thenCombine(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)), (first, rest) -> first);
    }

    /** Waits for the answers to the sent requests. */
    void await() {
        underWay.join();
    }
}
