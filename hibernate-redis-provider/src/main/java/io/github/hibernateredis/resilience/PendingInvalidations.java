package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.CacheListener;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The writes of one owner that could not be confirmed, counted: one invalidation that was sent after the last of them makes up
 * for all. Remembered as long as the process lives. Thread safe.
 */
final class PendingInvalidations {

    private final String owner;
    private final Supplier<CompletableFuture<Void>> invalidation;
    private final CacheListener events;
    private volatile boolean pending;
    private long count;

    /**
     * @param owner the qualified name of a region
     * @param invalidation makes up for everything that is pending when it is sent, if it succeeds
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

    /** The owner is to be invalidated before it is first used. */
    synchronized void addFirst() {
        count++;
        pending = true;
    }

    /** @param operation the write that could not be confirmed, for the log */
    synchronized void add(String operation, Throwable failure) {
        count++;
        if (!pending) {
            pending = true;
            events.invalidationPending(owner, operation, failure);
        }
    }

    /** Invalidates, if anything is pending. The result does not fail, and says whether nothing is pending any more. */
    CompletableFuture<Boolean> flush() {
        if (!pending) {
            return CompletableFuture.completedFuture(true);
        }
        long sent = count(); // what is added while the invalidation is under way may arrive after it
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
