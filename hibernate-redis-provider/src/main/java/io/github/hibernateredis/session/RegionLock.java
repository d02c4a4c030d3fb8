package io.github.hibernateredis.session;

import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/** A lock of a whole region, held during a bulk operation of a session. Thread safe. */
final class RegionLock implements SoftLock {

    final String id;
    final Thread thread = Thread.currentThread();
    final long takenAt = System.nanoTime();

    /** The session that holds it, once known. */
    private volatile @Nullable Participant session;

    RegionLock(String id) {
        this.id = id;
    }

    void claimedBy(Participant owner) {
        session = owner;
    }

    /** Whether its end will never come: its session has ended, or the lock is too old and its session unknown. */
    boolean isAbandoned(long maxUnclaimedNanos) {
        Participant owner = session;
        return owner == null ? System.nanoTime() - takenAt > maxUnclaimedNanos : owner.isAbandoned();
    }
}
