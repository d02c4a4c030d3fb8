package io.github.hibernateredis.resilience;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Stands still unless a test moves it. It may overflow at any time, like {@link System#nanoTime()}. */
final class ManualClock implements LongSupplier {

    private long now = Long.MAX_VALUE - 100;

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    synchronized void pass(Duration time) {
        now += time.toNanos();
    }
}
