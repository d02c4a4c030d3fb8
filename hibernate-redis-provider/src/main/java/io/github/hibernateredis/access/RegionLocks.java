package io.github.hibernateredis.access;

import io.github.hibernateredis.store.RegionStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * The region locks that this node holds on one region. Thread safe.
 *
 * <p>The ORM takes a region lock without naming the session: {@code BulkOperationCleanupAction} (6.6 to 8.0) calls
 * {@code lockRegion()} and right after it, on the same thread, {@code removeAll(session)}. That second call tells whose
 * lock it was.
 */
public final class RegionLocks {

    private final RegionStore store;
    private final LockIds ids;
    private final boolean required;
    private final Map<String, RegionLock> held = new ConcurrentHashMap<>();
    private final Map<String, SessionContext> owners = new ConcurrentHashMap<>();
    private final Map<Thread, RegionLock> unclaimed = new ConcurrentHashMap<>();

    /**
     * The locks of the region that this store keeps.
     *
     * @param required whether nothing may be written that could not be locked
     */
    public RegionLocks(RegionStore store, LockIds ids, boolean required) {
        this.store = store;
        this.ids = ids;
        this.required = required;
    }

    RegionLock lock() {
        RegionLock lock = take();
        unclaimed.put(lock.owner(), lock);
        return lock;
    }

    /** A lock of that session's. */
    RegionLock take(SessionContext owner) {
        RegionLock lock = take();
        owners.put(lock.id(), owner);
        return lock;
    }

    private RegionLock take() {
        RegionLock lock = new RegionLock(store, ids.next(), Thread.currentThread());
        held.put(lock.id(), lock);
        if (!lock.send() && required) {
            held.remove(lock.id());
            throw Unconfirmed.lockOf(store.name());
        }
        return lock;
    }

    /** The lock that this thread has just taken, if any; it is that session's from then on. */
    @Nullable
    RegionLock claim(SessionContext owner) {
        RegionLock lock = unclaimed.remove(Thread.currentThread());
        if (lock != null) {
            owners.put(lock.id(), owner);
        }
        return lock;
    }

    void unlock(@Nullable SoftLock lock) {
        if (lock instanceof RegionLock ours) {
            abandon(ours);
            store.unlockRegion(ours.id()).join();
        } else {
            store.clear().join();
        }
    }

    /** Sends again a lock that this still holds: its guards may have been lost since. */
    void confirm(RegionLock lock) {
        if (holds(lock) && !lock.send() && required) {
            throw Unconfirmed.lockOf(store.name());
        }
    }

    boolean holds(RegionLock lock) {
        return held.containsKey(lock.id());
    }

    /** No longer renewed: the lock ends with its lease. */
    void abandon(RegionLock lock) {
        unclaimed.remove(lock.owner(), lock);
        held.remove(lock.id());
        owners.remove(lock.id());
    }

    /** The ids whose leases are to be renewed: those of sessions that will tell when their transactions are over. */
    public Collection<String> ids() {
        owners.forEach((id, owner) -> {
            RegionLock lock = held.get(id);
            if (lock != null && owner.isAbandoned()) {
                abandon(lock);
            }
        });
        return List.copyOf(owners.keySet());
    }
}
