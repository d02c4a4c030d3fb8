package io.github.hibernateredis.events;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Lets something be logged once in a while, together with how often it has happened. Thread safe. */
public final class Pace {

    private final long intervalNanos;
    private final LongSupplier nanoTime;
    private final LongAdder untold = new LongAdder();
    private final AtomicLong due;

    /**
     * @param interval the time between two that are told; the first one is told
     * @param nanoTime as {@link System#nanoTime()}
     */
    public Pace(Duration interval, LongSupplier nanoTime) {
        this.intervalNanos = interval.toNanos();
        this.nanoTime = nanoTime;
        this.due = new AtomicLong(nanoTime.getAsLong());
    }

    /** It has happened. Returns 0 if that is not to be told now; else how often it has happened since it was last told. */
    public long happened() {
        untold.increment();
        long next = due.get();
        long now = nanoTime.getAsLong();
        return now - next >= 0 && due.compareAndSet(next, now + intervalNanos) ? untold.sumThenReset() : 0;
    }
}
