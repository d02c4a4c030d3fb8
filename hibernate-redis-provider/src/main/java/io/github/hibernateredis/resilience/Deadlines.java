package io.github.hibernateredis.resilience;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Finds the requests that have not been answered within the timeout, by one check every few milliseconds. A timer for
 * each request would wake a thread for each.
 *
 * <p>While this JVM itself stands still (a long collection, a migrated machine), answers may arrive that no thread has
 * read yet. So after such a pause the requests in progress get a new timeout, once. Otherwise every pause would look
 * like an outage of Redis, and everything that was being written would have to be invalidated. Thread safe.
 */
final class Deadlines {

    private static final long MAX_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A shorter pause is normal thread scheduling on a busy machine. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long timeoutNanos;
    private final long tickNanos;
    private final Queue<GuardedRequest<?>> underWay = new ConcurrentLinkedQueue<>();
    private long lastTickAt;
    private volatile boolean paused;

    /** @param now the {@link System#nanoTime()}, as in all methods below */
    Deadlines(long timeoutNanos, long now) {
        this.timeoutNanos = timeoutNanos;
        this.tickNanos = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, timeoutNanos / 8));
        this.lastTickAt = now;
    }

    /** How often {@link #tick} must be called. A request may fail this much later than its timeout. */
    long tickNanos() {
        return tickNanos;
    }

    void watch(GuardedRequest<?> request) {
        underWay.add(request);
    }

    synchronized void tick(long now) {
        paused = now - lastTickAt - tickNanos > Math.max(timeoutNanos / 2, SHORTEST_PAUSE_NANOS);
        if (paused) {
            underWay.forEach(request -> request.renew(now));
        }
        lastTickAt = now;
        underWay.removeIf(request -> {
            boolean isLate = !request.isOver() && now - request.since() >= timeoutNanos;
            if (isLate) {
                request.expire(now);
            }
            return isLate || request.isOver();
        });
    }

    /** Whether a request is late because nothing has arrived, and not because this JVM has stood still again. */
    boolean isSilence(GuardedRequest<?> late, long now) {
        return !paused && now - late.since() < timeoutNanos + tickNanos + SHORTEST_PAUSE_NANOS;
    }

    /** Fails the requests of that observer, except for those whose end is known already. */
    void failAll(GuardedRequest.Observer observer, RuntimeException failure) {
        underWay.forEach(request -> {
            if (request.observer() == observer && !request.hasEnded()) {
                request.fail(failure);
            }
        });
    }
}
