package io.github.hibernateredis.access;

import io.github.hibernateredis.store.RegionStore;
import java.util.concurrent.CompletableFuture;
import org.hibernate.cache.spi.access.SoftLock;

/**
 * The soft lock that a session holds on one key, however many of its actions have asked for it. Guarded by its
 * {@link SessionContext}.
 */
final class ItemLock implements SoftLock {

    final RegionStore store;
    final String key;
    final String id;

    /** Whether nothing may be written without it. */
    final boolean required;

    /** How many of the session's actions hold it. The ORM locks once for each action, and unlocks as often. */
    int holds = 1;

    /** Whether it is known to be in place. */
    volatile boolean confirmed;

    /** When the last confirmed request was sent, {@link System#nanoTime()}. */
    volatile long sentAt;

    private CompletableFuture<Boolean> sent = CompletableFuture.completedFuture(false);

    ItemLock(RegionStore store, String key, String id, boolean required) {
        this.store = store;
        this.key = key;
        this.id = id;
        this.required = required;
    }

    /** @throws org.hibernate.cache.CacheException if it is required and not in place */
    void check() {
        if (required && !confirmed) {
            throw Unconfirmed.lockOf(store.name());
        }
    }

    /** @param readingSince the moment from which on the session may have read the row */
    CompletableFuture<Boolean> send(long readingSince) {
        long now = System.nanoTime();
        confirmed = false;
        sent = store.lock(key, id, readingSince).thenApply(inPlace -> {
            if (inPlace) {
                sentAt = now;
                confirmed = true;
            }
            return inPlace;
        });
        return sent;
    }

    /** The last request. An unlock goes out after its reply: it must not overtake it on another connection. */
    CompletableFuture<Boolean> sent() {
        return sent;
    }

    @Override
    public String toString() {
        return "lock " + id + " of " + key + " in " + store.name();
    }
}
