package io.github.hibernateredis.access;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the evictions of this node in one region: what was read ahead before one of them is not used. Thread safe. */
public final class Evictions {

    private final AtomicInteger count = new AtomicInteger();

    private final Runnable connecting;

    /** @param connecting is run before anything is asked of the region on behalf of no session; it may wait, the first time */
    public Evictions(Runnable connecting) {
        this.connecting = connecting;
    }

    /** Items are about to be evicted. */
    public void happens() {
        connecting.run();
        count.incrementAndGet();
    }

    /** Somebody is about to look what there is. */
    void look() {
        connecting.run();
    }

    int count() {
        return count.get();
    }
}
