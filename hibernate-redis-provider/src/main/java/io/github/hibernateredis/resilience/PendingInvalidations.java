package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.CacheListener;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Counts the unconfirmed writes of one owner. One invalidation that is sent after the last of them covers all of them.
 * Kept in memory as long as the instance lives. Thread safe.
 */
final class PendingInvalidations {

    private final String owner;
    private final Supplier<CompletableFuture<Void>> invalidation;
    private final CacheListener events;
    private volatile boolean pending;
    private long count;

    /**
     * @param owner the qualified name of a region
     * @param invalidation if it succeeds, it covers everything that was pending when it was sent
     */
    PendingInvalidations(String owner, Supplier<CompletableFuture<Void>> invalidation, CacheListener events) {
        this.owner = owner;
        this.invalidation = invalidation;
        this.events = events;
    }

    String owner() {
        return owner;
    }

    boolean isPending() {
        return pending;
    }

    /** Requests an invalidation of the owner before its first use. */
    synchronized void addFirst() {
        count++;
        pending = true;
    }

    /** @param operation the write that was not confirmed, for the log */
    synchronized void add(String operation, Throwable failure) {
        count++;
        if (!pending) {
            pending = true;
            events.invalidationPending(owner, operation, failure);
        }
    }

    /** Sends an invalidation if one is pending. The result never fails; it is true if nothing is pending any more. */
    CompletableFuture<Boolean> flush() {
        if (!pending) {
            return CompletableFuture.completedFuture(true);
        }
        long sent = count(); // a write added while the invalidation is in progress may arrive after it
        return invalidation.get().handle((done, failure) -> failure == null && isFlushed(sent));
    }

    private synchronized long count() {
        return count;
    }

    private synchronized boolean isFlushed(long upTo) {
        if (pending && count == upTo) {
            pending = false;
            events.invalidationFlushed(owner);
        }
        return !pending;
    }
}
