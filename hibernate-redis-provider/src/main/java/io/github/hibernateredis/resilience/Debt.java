package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.CacheListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The writes that could not be confirmed, counted: what is owed is paid by one invalidation that was sent after the last
 * of them. Thread safe.
 */
final class Debt {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private final String owner;
    private final String name;
    private final CacheListener listener;
    private final Supplier<CompletableFuture<Void>> invalidation;
    private final AtomicLong incurred = new AtomicLong();
    private volatile long paid;

    /**
     * @param owner whose debt it is, for the log
     * @param name the same for the listener
     * @param invalidation pays all that is owed when it is sent, if it succeeds
     */
    Debt(String owner, String name, CacheListener listener, Supplier<CompletableFuture<Void>> invalidation) {
        this.owner = owner;
        this.name = name;
        this.listener = listener;
        this.invalidation = invalidation;
    }

    String owner() {
        return owner;
    }

    boolean isOwed() {
        return incurred.get() != paid;
    }

    void incur(String operation, Throwable failure) {
        boolean first = !isOwed();
        incurred.incrementAndGet();
        if (first) {
            LOG.warnf(
                    "%s: %s could not be confirmed in Redis. This node bypasses it until it has been invalidated there: %s",
                    owner, operation, failure);
            listener.invalidationPending(name, operation, failure);
        }
    }

    /** Invalidates what is owed; the result says whether nothing is owed any more. */
    CompletableFuture<Boolean> settle() {
        if (!isOwed()) {
            return CompletableFuture.completedFuture(true);
        }
        long sum = incurred.get();
        return invalidation.get().handle((done, failure) -> {
            if (failure != null) {
                return false;
            }
            pay(sum);
            return !isOwed();
        });
    }

    private synchronized void pay(long sum) {
        if (sum > paid) {
            paid = sum;
            LOG.infof("%s was invalidated in Redis and is used again", owner);
            listener.invalidationFlushed(name);
        }
    }
}
