package io.github.hibernateredis.session;

import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.WriteFailures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the locks and the tables' marker of a transaction. The first request goes out at once, so that it overlaps with the
 * SQL; what follows is collected, and goes out together before the commit. Guarded by its {@link SessionContext}.
 */
final class LockSender {

    private final Stores stores;
    private List<ItemLock> collected = new ArrayList<>();
    private @Nullable TableUpdate collectedUpdate;
    private boolean begun;
    private CompletableFuture<@Nullable Void> answered = CompletableFuture.completedFuture(null);
    private volatile @Nullable TableUpdate marked;
    private volatile long markedAt;
    private volatile boolean slow;

    LockSender(Stores stores) {
        this.stores = stores;
    }

    /** A lock that is to be in place before the commit. */
    void add(ItemLock lock) {
        collected.add(lock);
    }

    /** The marker that is to be in place before the commit, with all tables so far. */
    void add(TableUpdate update) {
        collectedUpdate = update;
    }

    /** Sends what there is, if it is the first of the transaction. */
    void sendFirst() {
        if (!begun) {
            send();
        }
    }

    /** Sends what has been collected. Does not wait. */
    void send() {
        if (!collected.isEmpty() || collectedUpdate != null) {
            send(collected, collectedUpdate);
            collected = new ArrayList<>();
            collectedUpdate = null;
        }
    }

    /**
     * As {@link #send}, together with what has to be sent again, if that is known already. Does not wait.
     *
     * @return whether anything was sent again
     */
    boolean sendWithLapsed(Collection<ItemLock> locks, @Nullable TableUpdate update, long maxAgeNanos) {
        boolean again = false;
        if (answered.isDone()) {
            List<ItemLock> lapsed = lapsed(locks, maxAgeNanos);
            again = !lapsed.isEmpty();
            collected.addAll(lapsed);
            if (update != null && begun && isLapsed(update, maxAgeNanos)) {
                again |= collectedUpdate == null;
                collectedUpdate = update;
            }
        }
        send();
        return again;
    }

    /**
     * Sends again what is not known to be in place, or was sent so long ago. Does not wait.
     *
     * @return whether there was anything
     */
    boolean resend(Collection<ItemLock> locks, @Nullable TableUpdate update, long maxAgeNanos) {
        List<ItemLock> again = lapsed(locks, maxAgeNanos);
        TableUpdate updateAgain = update != null && isLapsed(update, maxAgeNanos) ? update : null;
        if (again.isEmpty() && updateAgain == null) {
            return false;
        }
        send(again, updateAgain);
        return true;
    }

    private boolean isLapsed(TableUpdate update, long maxAgeNanos) {
        return !isMarked(update) || System.nanoTime() - markedAt > maxAgeNanos;
    }

    private static List<ItemLock> lapsed(Collection<ItemLock> locks, long maxAgeNanos) {
        long now = System.nanoTime();
        List<ItemLock> again = new ArrayList<>();
        for (ItemLock lock : locks) {
            if (lock.isToBeSentAgain(maxAgeNanos, now)) {
                again.add(lock);
            }
        }
        return again;
    }

    private void send(List<ItemLock> locks, @Nullable TableUpdate update) {
        begun = true;
        long sentAt = System.nanoTime();
        CompletableFuture<@Nullable Void> answer = stores.begin(new TransactionBegin(
                        locks.stream().map(ItemLock::request).toList(), update))
                .thenAccept(result -> {
                    slow = isSlow(result.failures());
                    for (ItemLock lock : locks) {
                        lock.answered(result.held().get(lock.key), sentAt);
                    }
                    if (update != null && result.tablesMarked()) {
                        markedAt = sentAt;
                        marked = update;
                    }
                });
        answered = answered.isDone() ? answer : answered.thenCombine(answer, (before, now) -> null);
    }

    private static boolean isSlow(WriteFailures failures) {
        return Stream.concat(failures.regions().values().stream(), Stream.ofNullable(failures.tables()))
                .map(failure -> failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure)
                .anyMatch(failure -> failure instanceof TimeoutException || failure instanceof OverloadedException);
    }

    /** Whether the last request was not answered in time, or found no place: the next one may be. */
    boolean isSlow() {
        return slow;
    }

    /** Whether the marker is known to be in place, with all these tables. */
    boolean isMarked(TableUpdate update) {
        TableUpdate known = marked;
        return known != null && known.id().equals(update.id()) && known.tables().containsAll(update.tables());
    }

    /** The lock is not needed any more. */
    void withdraw(ItemLock lock) {
        collected.remove(lock);
    }

    /** Completes when all that was sent has been answered: an end must not overtake it on another connection. */
    CompletableFuture<@Nullable Void> answered() {
        return answered;
    }

    void await() {
        answered.join();
    }

    /** The transaction is over. */
    void reset() {
        collected.clear();
        collectedUpdate = null;
        begun = false;
        marked = null;
    }
}
