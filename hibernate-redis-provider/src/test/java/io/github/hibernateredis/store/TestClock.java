package io.github.hibernateredis.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The monotonic clock of the instances under test. It stands still unless a test moves it, so that arrivals do not
 * depend on the speed of the test.
 */
public final class TestClock implements LongSupplier {

    /** More than the grain of {@link StampHistory}, so that no two arrivals are merged. */
    private static final long STEP = 20_000_000;

    private final AtomicLong now = new AtomicLong(System.nanoTime());

    /** A moment after everything so far, and before everything later. */
    public long moment() {
        now.addAndGet(STEP);
        return now.getAndAdd(STEP);
    }

    @Override
    public long getAsLong() {
        return now.get();
    }
}
