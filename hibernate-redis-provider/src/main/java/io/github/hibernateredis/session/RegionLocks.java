package io.github.hibernateredis.session;

import io.github.hibernateredis.UnconfirmedWriteException;
import io.github.hibernateredis.store.RegionStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * The region locks that this instance holds on one region. Thread safe.
 *
 * <p>The ORM takes a region lock without naming the session: {@code BulkOperationCleanupAction} (6.6 to 8.0) calls
 * {@code lockRegion()} and right after it, on the same thread, {@code removeAll(session)}. The second call shows which
 * session holds the lock.
 */
public final class RegionLocks {

    private final RegionStore store;
    private final LockIds ids;
    private final boolean required;
    private final long leaseNanos;
    private final Map<String, RegionLock> held = new ConcurrentHashMap<>();
    private final Map<Thread, RegionLock> unclaimed = new ConcurrentHashMap<>();

    /**
     * Creates the locks of the region of this store.
     *
     * @param required whether a region that could not be locked must not be written
     * @param leaseNanos the lease of a lock
     */
    public RegionLocks(RegionStore store, LockIds ids, boolean required, long leaseNanos) {
        this.store = store;
        this.ids = ids;
        this.required = required;
        this.leaseNanos = leaseNanos;
    }

    /** Takes a lock for the session that the next call on this thread names. */
    public SoftLock lock() {
        RegionLock lock = take();
        unclaimed.put(lock.thread, lock);
        return lock;
    }

    RegionLock takeFor(Participant session) {
        RegionLock lock = take();
        lock.claimedBy(session);
        return lock;
    }

    private RegionLock take() {
        RegionLock lock = new RegionLock(ids.next());
        held.put(lock.id, lock);
        if (!send(lock) && required) {
            held.remove(lock.id);
            throw new UnconfirmedWriteException("region " + store.name());
        }
        return lock;
    }

    private boolean send(RegionLock lock) {
        return store.lockRegion(lock.id).join();
    }

    /** Returns the lock that this thread has just taken, if any, and assigns it to the session. */
    @Nullable
    RegionLock claim(Participant session) {
        RegionLock lock = unclaimed.remove(Thread.currentThread());
        if (lock != null) {
            lock.claimedBy(session);
        }
        return lock;
    }

    /** Ends a lock. For a lock of another kind it only invalidates the region. */
    public void unlock(@Nullable SoftLock lock) {
        if (lock instanceof RegionLock ours) {
            abandon(ours);
            store.unlockRegion(ours.id).join();
        } else {
            store.clear().join();
        }
    }

    /** Sends a held lock again, because its metadata may have been lost. */
    void confirm(RegionLock lock) {
        if (holds(lock) && !send(lock) && required) {
            throw new UnconfirmedWriteException("region " + store.name());
        }
    }

    boolean holds(RegionLock lock) {
        return held.containsKey(lock.id);
    }

    /** Stops renewing the lock: it ends with its lease. */
    void abandon(RegionLock lock) {
        unclaimed.remove(lock.thread, lock);
        held.remove(lock.id);
    }

    /** The ids whose leases must be renewed, without those of sessions that have ended without unlocking. */
    public Collection<String> renewable() {
        for (RegionLock lock : held.values()) {
            if (lock.isAbandoned(leaseNanos)) {
                abandon(lock);
            }
        }
        return List.copyOf(held.keySet());
    }
}
