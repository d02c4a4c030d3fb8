package io.github.hibernateredis.session;

import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.WriteFailures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the locks and the update markers of a transaction. The first request is sent early, so that it overlaps with
 * the SQL; later ones are collected and sent together before the commit. Guarded by its {@link SessionWrites}.
 */
final class LockSender {

    /** How often a required lock or marker is sent again before its transaction is refused. */
    private static final int ATTEMPTS = 3;

    /** How long it is sent again while the answers are late. */
    private static final long CONFIRMATION_NANOS = Duration.ofSeconds(10).toNanos();

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

    /** Adds a lock that must be in place before the commit. */
    void add(ItemLock lock) {
        collected.add(lock);
    }

    /** Adds the marker that must be in place before the commit, with all tables so far. */
    void add(TableUpdate update) {
        collectedUpdate = update;
    }

    /** Sends the collected requests, if nothing has been sent in the transaction yet. */
    void sendFirst() {
        if (!begun) {
            send();
        }
    }

    /** Sends the collected requests. Does not wait. */
    void send() {
        if (!collected.isEmpty() || collectedUpdate != null) {
            send(collected, collectedUpdate);
            collected = new ArrayList<>();
            collectedUpdate = null;
        }
    }

    /**
     * Sends the collected requests, and waits. Locks that are old, or not known to be in place, are sent again: once,
     * or several times if no write is allowed without them.
     *
     * @param maxAge in nanoseconds
     */
    void confirm(Collection<ItemLock> locks, @Nullable TableUpdate update, long maxAge, boolean mustMarkTables) {
        long begin = System.nanoTime();
        int resent = 0;
        if (answered.isDone()) { // then the lapsed locks are known, and are sent together with the rest
            List<ItemLock> lapsed = lapsed(locks, maxAge);
            boolean marksAgain = update != null && begun && collectedUpdate == null && isLapsed(update, maxAge);
            collected.addAll(lapsed);
            collectedUpdate = marksAgain ? update : collectedUpdate;
            resent = lapsed.isEmpty() && !marksAgain ? 0 : 1;
        }
        send();
        await();
        boolean mustMark = update != null && mustMarkTables;
        while (resent == 0 || isWanting(locks, mustMark ? update : null) && mayResend(resent, begin)) {
            List<ItemLock> again = lapsed(locks, maxAge);
            boolean marksAgain = update != null && (resent == 0 || mustMark) && isLapsed(update, maxAge);
            if (again.isEmpty() && !marksAgain) {
                return;
            }
            send(again, marksAgain ? update : null);
            resent++;
            await();
        }
    }

    private boolean isWanting(Collection<ItemLock> locks, @Nullable TableUpdate required) {
        return locks.stream().anyMatch(ItemLock::isMissing) || required != null && !isMarked(required);
    }

    /** An overloaded server or instance is slow, but not unreachable. */
    private boolean mayResend(int resent, long begin) {
        return resent < ATTEMPTS || slow && System.nanoTime() - begin < CONFIRMATION_NANOS;
    }

    /** Whether the marker is not known to be in place, or is older than that. */
    boolean isLapsed(TableUpdate update, long maxAgeNanos) {
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

    /** Whether the marker is known to be in place, with all these tables. */
    boolean isMarked(TableUpdate update) {
        TableUpdate known = marked;
        return known != null && known.id().equals(update.id()) && known.tables().containsAll(update.tables());
    }

    /** The lock is not needed any more. */
    void withdraw(ItemLock lock) {
        collected.remove(lock);
    }

    /** Completes when all requests have been answered: an end must not overtake its lock on another connection. */
    CompletableFuture<@Nullable Void> answered() {
        return answered;
    }

    void await() {
        answered.join();
    }

    /** The transaction has ended. */
    void reset() {
        collected.clear();
        collectedUpdate = null;
        begun = false;
        marked = null;
    }
}
