package io.github.hibernateredis.access;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the evictions of this node in one region: what was read ahead before one of them is not used. Thread safe. */
public final class Evictions {

    private final AtomicInteger count = new AtomicInteger();

    /** None so far. */
    public Evictions() {}

    /** Items are about to be evicted. */
    public void happens() {
        count.incrementAndGet();
    }

    int count() {
        return count.get();
    }
}
