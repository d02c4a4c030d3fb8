package io.github.hibernateredis.resilience;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds the requests that have not been answered within the timeout, by one check every few milliseconds. A timer for
 * each request would wake a thread for each.
 *
 * <p>Only time in which this JVM could have read the answer counts. While the JVM stands still (a long collection, a
 * migrated machine), or while its I/O threads get no processor (hundreds of busy threads on a few processors), answers
 * may have arrived that no thread has read yet. Otherwise every such moment would look like an outage of Redis, and
 * everything that was being written would have to be invalidated. So if a quarter of a timeout has passed, the I/O
 * threads are asked to run a task after they have read what had arrived. Until they have run it, time does not count,
 * up to a limit for each request. Thread safe.
 */
final class Deadlines {

    private static final long MAX_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A shorter pause is normal thread scheduling on a busy machine. */
    private static final long SHORTEST_STANDSTILL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long a request may wait for the I/O threads. If they take longer, they are blocked: then all time counts. */
    private static final int TIMEOUTS_OF_IO_THREADS = 3;

    private final long timeoutNanos;
    private final long tickNanos;
    private final long ioLimitNanos;
    private final Consumer<Runnable> afterReading;
    private final Queue<GuardedRequest<?>> underWay = new ConcurrentLinkedQueue<>();
    private long lastTickAt;
    private long askedAt;
    private volatile long question;
    private volatile long answeredQuestion;
    private volatile boolean blocked;
    private volatile boolean standstill;

    /**
     * @param afterReading runs a task after the client's I/O threads have read everything that had arrived
     * @param now the {@link System#nanoTime()}, as in all methods below
     */
    Deadlines(long timeoutNanos, Consumer<Runnable> afterReading, long now) {
        this.timeoutNanos = timeoutNanos;
        this.tickNanos = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, timeoutNanos / 8));
        this.ioLimitNanos = TIMEOUTS_OF_IO_THREADS * timeoutNanos;
        this.afterReading = afterReading;
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
        long elapsed = now - lastTickAt;
        lastTickAt = now;
        standstill = elapsed - tickNanos > Math.max(timeoutNanos / 2, SHORTEST_STANDSTILL_NANOS);
        if (standstill) {
            askedAt += elapsed;
            underWay.forEach(request -> request.excuseStandstill(elapsed, now));
        } else if (question != answeredQuestion && !blocked) {
            underWay.forEach(request -> request.excuseUnread(elapsed, ioLimitNanos, now));
        }
        boolean anyOld = standstill;
        for (var requests = underWay.iterator(); requests.hasNext(); ) {
            GuardedRequest<?> request = requests.next();
            if (!request.isOver() && request.age(now) >= timeoutNanos) {
                request.expire(now);
            }
            if (request.isOver()) {
                requests.remove();
            } else {
                anyOld |= now - request.since() >= timeoutNanos / 4;
            }
        }
        if (question != answeredQuestion && now - askedAt >= ioLimitNanos) {
            blocked = true;
            ask(now);
        } else if (anyOld && question == answeredQuestion) {
            ask(now);
        }
    }

    private void ask(long now) {
        askedAt = now;
        long asked = question + 1;
        question = asked;
        try {
            afterReading.accept(() -> {
                answeredQuestion = asked;
                blocked = false;
            });
        } catch (RuntimeException | Error e) {
            answeredQuestion = asked;
            throw e;
        }
    }

    /** Whether a request that is late now is late because nothing has arrived, and not because this JVM stood still. */
    boolean isSilence() {
        return !standstill;
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
