package io.github.hibernateredis.resilience;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Fails what has not been answered within the time budget. All have the same budget, so the oldest is the next to fail: one
 * look at the head of a queue every few milliseconds does, where a timer for each operation would wake a thread for each.
 *
 * <p>Where this JVM itself has stood still (a long collection, a machine that was moved), answers may have come meanwhile
 * that nobody has read yet: what was under way gets its budget anew, once. Otherwise every such pause would look like an
 * outage of Redis, and all that was being written would be owed. Thread safe.
 */
final class Deadlines implements AutoCloseable {

    private static final long MAX_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What is shorter is how threads are scheduled on a busy machine. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** One answer that is waited for. Thread safe. */
    static final class Wait {

        private final CompletableFuture<?> answer;
        private volatile long since;
        private boolean renewed; // of no concern but to ticks

        private Wait(CompletableFuture<?> answer, long since) {
            this.answer = answer;
            this.since = since;
        }

        private void renew(long now) {
            if (!renewed) {
                renewed = true;
                since = now;
            }
        }

        /** For how long until now, without what came before the first pause of this JVM meanwhile. */
        long nanos(long now) {
            return now - since;
        }
    }

    private final long budgetNanos;
    private final long tickNanos;
    private final LongSupplier nanoTime;
    private final Queue<Wait> pending = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor ticker;
    private long lastTickAt;

    Deadlines(long budgetNanos) {
        this(budgetNanos, System::nanoTime);
    }

    Deadlines(long budgetNanos, LongSupplier nanoTime) {
        this.budgetNanos = budgetNanos;
        this.tickNanos = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, budgetNanos / 8));
        this.nanoTime = nanoTime;
        this.lastTickAt = nanoTime.getAsLong();
        this.ticker = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hibernate-redis-deadlines");
            thread.setDaemon(true);
            thread.setContextClassLoader(Deadlines.class.getClassLoader());
            return thread;
        });
        ticker.scheduleWithFixedDelay(this::tick, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
    }

    /** By how much later than its budget an operation may fail. */
    long tickNanos() {
        return tickNanos;
    }

    /** From now on. */
    Wait watch(CompletableFuture<?> answer) {
        Wait wait = new Wait(answer, nanoTime.getAsLong());
        if (!answer.isDone()) {
            pending.add(wait);
        }
        return wait;
    }

    synchronized void tick() {
        long now = nanoTime.getAsLong();
        if (now - lastTickAt - tickNanos > Math.max(budgetNanos / 2, SHORTEST_PAUSE_NANOS)) {
            pending.forEach(each -> each.renew(now));
        }
        lastTickAt = now;
        Wait oldest = pending.peek();
        while (oldest != null && (oldest.answer.isDone() || oldest.nanos(now) >= budgetNanos)) {
            pending.poll();
            if (!oldest.answer.isDone()) {
                oldest.answer.completeExceptionally(new TimeoutException("no answer within the time budget"));
            }
            oldest = pending.peek();
        }
    }

    /** Nothing is waited for any longer. */
    void failAll(RuntimeException failure) {
        pending.forEach(each -> each.answer.completeExceptionally(failure));
    }

    /** Ends the thread. What is pending then is not failed any more. */
    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
