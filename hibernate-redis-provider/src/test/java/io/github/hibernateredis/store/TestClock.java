package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The monotonic clock of the nodes under test. It stands still unless a test asks for a moment, so that what had arrived by
 * then does not depend on how fast the test runs.
 */
public final class TestClock implements LongSupplier {

    /** More than the grain of {@link StampHistory}: no arrival is merged with another. */
    private static final long STEP = 20_000_000;

    private final AtomicLong now = new AtomicLong(System.nanoTime());

    /** A moment between everything that has happened and everything that will. */
    public long moment() {
        now.addAndGet(STEP);
        return now.getAndAdd(STEP);
    }

    /** Lets time pass. */
    public void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Override
    public long getAsLong() {
        return now.get();
    }
}
