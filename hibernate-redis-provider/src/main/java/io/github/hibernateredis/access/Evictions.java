package io.github.hibernateredis.access;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.RegionStore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Evicts entries for the application and counts the evictions: an entry that was read ahead before an eviction is not
 * used. Thread safe.
 */
public final class Evictions {

    private final AtomicInteger count = new AtomicInteger();

    private final Runnable connecting;
    private final RegionStore store;
    private final CacheListener events;

    /**
     * @param connecting called before any request to the region that belongs to no session; it may wait, the first time
     */
    public Evictions(RegionStore store, Runnable connecting, CacheListener events) {
        this.store = store;
        this.connecting = connecting;
        this.events = events;
    }

    void evict(String key) {
        connecting.run();
        count.incrementAndGet();
        store.evict(key).join();
        events.evicted(store.name());
    }

    /** Invalidates the whole region. */
    public void clear() {
        connecting.run();
        count.incrementAndGet();
        store.clear().join();
        events.cleared(store.name());
    }

    /** Called before any read that belongs to no session. */
    void look() {
        connecting.run();
    }

    int count() {
        return count.get();
    }
}
