package io.github.hibernateredis.region;

import java.time.Duration;

/** Lets something happen once in a while. For one thread. */
final class Pace {

    private final long intervalNanos;
    private boolean begun;
    private long last;

    Pace(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /** @param now {@link System#nanoTime()} */
    boolean allows(long now) {
        if (begun && now - last < intervalNanos) {
            return false;
        }
        begun = true;
        last = now;
        return true;
    }
}
