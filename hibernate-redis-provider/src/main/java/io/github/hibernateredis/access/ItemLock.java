package io.github.hibernateredis.access;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * The soft lock that a session holds on one key, however many of its actions have asked for it. Guarded by its
 * {@link SessionContext}.
 */
final class ItemLock implements SoftLock {

    final RegionStore store;
    final String key;
    final String id;

    /** How many of the session's actions hold it. The ORM locks once for each action, and unlocks as often. */
    int holds = 1;

    /** What the lock's confirmation gave; null as long as there was none. */
    @Nullable
    Stamp receipt;

    /** When the last confirmed request was sent, {@link System#nanoTime()}. */
    long sentAt;

    ItemLock(RegionStore store, String key, String id) {
        this.store = store;
        this.key = key;
        this.id = id;
    }

    void send() {
        long now = System.nanoTime();
        Stamp confirmed = store.lock(key, id).join();
        if (confirmed != null) {
            receipt = confirmed;
            sentAt = now;
        }
    }

    @Override
    public String toString() {
        return "lock " + id + " of " + key + " in " + store.name();
    }
}
