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

    /** Guarded by this object's monitor, but for what is final. */
    private static final class Pending {

        final CompletableFuture<?> answer;
        private long countsFrom;
        private boolean renewed;

        Pending(CompletableFuture<?> answer, long sentAt) {
            this.answer = answer;
            this.countsFrom = sentAt;
        }

        void renew(long now) {
            if (!renewed) {
                renewed = true;
                countsFrom = now;
            }
        }

        boolean isDue(long now, long budgetNanos) {
            return answer.isDone() || now - countsFrom >= budgetNanos;
        }
    }

    /** When this JVM went on, the last time and the time before. */
    private record Pauses(long before, long last) {}

    private final long budgetNanos;
    private final long tickNanos;
    private final LongSupplier nanoTime;
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor ticker;
    private volatile Pauses pauses;
    private long lastTickAt;

    Deadlines(long budgetNanos) {
        this(budgetNanos, System::nanoTime);
    }

    Deadlines(long budgetNanos, LongSupplier nanoTime) {
        this.budgetNanos = budgetNanos;
        this.tickNanos = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, budgetNanos / 8));
        this.nanoTime = nanoTime;
        this.lastTickAt = nanoTime.getAsLong();
        this.pauses = new Pauses(lastTickAt, lastTickAt);
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

    /** For how long an answer has been waited for until now, without the first pause of this JVM meanwhile. */
    long waited(long sentAt, long now) {
        Pauses known = pauses;
        long wentOn = sentAt - known.before < 0 ? known.before : known.last;
        return now - (sentAt - wentOn < 0 ? wentOn : sentAt);
    }

    synchronized void tick() {
        long now = nanoTime.getAsLong();
        if (now - lastTickAt - tickNanos > Math.max(budgetNanos / 2, SHORTEST_PAUSE_NANOS)) {
            pauses = new Pauses(pauses.last, now);
            pending.forEach(each -> each.renew(now));
        }
        lastTickAt = now;
        Pending oldest = pending.peek();
        while (oldest != null && oldest.isDue(now, budgetNanos)) {
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
