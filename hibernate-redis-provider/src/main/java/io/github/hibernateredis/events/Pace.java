package io.github.hibernateredis.events;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Limits how often an event is logged, and counts its occurrences in between. Thread safe. */
public final class Pace {

    private final long intervalNanos;
    private final LongSupplier nanoTime;
    private final LongAdder unlogged = new LongAdder();
    private final AtomicLong due;

    /**
     * @param interval the minimum time between two log lines; the first occurrence is logged at once
     * @param nanoTime a clock like {@link System#nanoTime()}
     */
    public Pace(Duration interval, LongSupplier nanoTime) {
        this.intervalNanos = interval.toNanos();
        this.nanoTime = nanoTime;
        this.due = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Counts one occurrence. Returns 0 if it must not be logged now; otherwise the number of occurrences since the last
     * log line.
     */
    public long happened() {
        unlogged.increment();
        long next = due.get();
        long now = nanoTime.getAsLong();
        return now - next >= 0 && due.compareAndSet(next, now + intervalNanos) ? unlogged.sumThenReset() : 0;
    }
}
