package io.github.hibernateredis.resilience;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Finds the requests that have not been answered within the timeout. One look every few milliseconds does, where a timer for
 * each request would wake a thread for each.
 *
 * <p>Where this JVM itself has stood still (a long collection, a machine that was moved), answers may have come meanwhile
 * that nobody has read yet: what was under way gets its time again, once. Otherwise every such pause would look like an
 * outage of Redis, and everything that was being written would have to be invalidated. Thread safe.
 */
final class Deadlines {

    private static final long MAX_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What is shorter is how threads are scheduled on a busy machine. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long timeoutNanos;
    private final long tickNanos;
    private final Queue<GuardedRequest<?>> underWay = new ConcurrentLinkedQueue<>();
    private long lastTickAt;
    private volatile boolean paused;

    /** @param now {@link System#nanoTime()}, here and below */
    Deadlines(long timeoutNanos, long now) {
        this.timeoutNanos = timeoutNanos;
        this.tickNanos = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, timeoutNanos / 8));
        this.lastTickAt = now;
    }

    /** How often {@link #tick} is to be called: by so much later than the timeout a request may fail. */
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

    /** Whether a request that is late now is so because nothing came, and not because this JVM stood still once more. */
    boolean isSilence(GuardedRequest<?> late, long now) {
        return !paused && now - late.since() < timeoutNanos + tickNanos + SHORTEST_PAUSE_NANOS;
    }

    /** Nobody waits any longer for the requests of that observer, except for those whose end is known. */
    void failAll(GuardedRequest.Observer observer, RuntimeException failure) {
        underWay.forEach(request -> {
            if (request.observer() == observer && !request.hasEnded()) {
                request.fail(failure);
            }
        });
    }
}
