package io.github.hibernateredis.resilience;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fails what has not been answered within the time budget. All have the same budget, so the oldest is the next to fail: one
 * look at the head of a queue every few milliseconds does, where a timer for each operation would wake a thread for each.
 * Thread safe.
 */
final class Deadlines implements AutoCloseable {

    private static final long MAX_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private record Pending(CompletableFuture<?> answer, long sentAt) {}

    private final long budgetNanos;
    private final long tickNanos;
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor ticker;

    Deadlines(long budgetNanos) {
        this.budgetNanos = budgetNanos;
        this.tickNanos = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, budgetNanos / 8));
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

    void watch(CompletableFuture<?> answer, long sentAt) {
        pending.add(new Pending(answer, sentAt));
    }

    private void tick() {
        long now = System.nanoTime();
        Pending oldest = pending.peek();
        while (oldest != null && (oldest.answer.isDone() || now - oldest.sentAt >= budgetNanos)) {
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
