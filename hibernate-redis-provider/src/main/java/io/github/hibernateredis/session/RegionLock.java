package io.github.hibernateredis.session;

import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/** A lock of a whole region, held while a bulk operation of some session is in progress. Thread safe. */
final class RegionLock implements SoftLock {

    final String id;
    final Thread thread = Thread.currentThread();
    final long takenAt = System.nanoTime();

    /** Whose it is, once that is known. */
    private volatile @Nullable Participant session;

    RegionLock(String id) {
        this.id = id;
    }

    void claimedBy(Participant owner) {
        session = owner;
    }

    /** Whether its end will never come, since its session has ended; or, with no session known, since it is so old. */
    boolean isAbandoned(long maxUnclaimedNanos) {
        Participant owner = session;
        return owner == null ? System.nanoTime() - takenAt > maxUnclaimedNanos : owner.isAbandoned();
    }
}
