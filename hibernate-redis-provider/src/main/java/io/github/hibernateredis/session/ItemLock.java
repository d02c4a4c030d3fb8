package io.github.hibernateredis.session;

import io.github.hibernateredis.UnconfirmedWriteException;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TransactionBegin;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * The soft lock that a session holds on one key; several actions of the session may share it. Guarded by its
 * {@link SessionWrites}, except for the fields that answers change.
 */
final class ItemLock implements SoftLock {

    final StoreKey key;
    final String id;

    /** The earliest moment at which the session may have read the row. */
    private final long readingSince;

    /** Whether no write is allowed without it. */
    private final boolean required;

    /** Whether its end has been sent or is about to be sent. */
    boolean ended;

    /** How many of the session's actions hold it. The ORM locks once for each action, and unlocks as often. */
    int holds = 1;

    /** Whether one of the holds belongs to an insert. */
    boolean ofInsert;

    /** How many lock requests have been sent. */
    private int requests;

    /** When the last confirmed request was sent, {@link System#nanoTime()}. */
    private volatile long sentAt;

    /** The stamp with which it is held; null until that is confirmed. */
    private volatile @Nullable Stamp held;

    ItemLock(StoreKey key, String id, long readingSince, boolean required) {
        this.key = key;
        this.id = id;
        this.readingSince = readingSince;
        this.required = required;
    }

    boolean isSent() {
        return requests > 0;
    }

    TransactionBegin.Lock request() {
        requests++;
        held = null;
        return new TransactionBegin.Lock(key, id, readingSince);
    }

    void answered(@Nullable Stamp stamp, long requestSentAt) {
        if (stamp != null) {
            sentAt = requestSentAt;
            held = stamp;
        }
    }

    /** The stamp with which it is held; null if that is unknown. */
    @Nullable
    Stamp held() {
        return held;
    }

    /**
     * Whether the lock must be requested again: its confirmation is too old, or it is not known to be in place. A lock
     * that is not required is requested again only once.
     */
    boolean isToBeSentAgain(long maxAgeNanos, long now) {
        if (held != null) {
            return now - sentAt > maxAgeNanos;
        }
        return isSent() && (required || requests == 1);
    }

    boolean isMissing() {
        return required && held == null;
    }

    /** @throws UnconfirmedWriteException if it is required and not in place */
    void check() {
        if (isMissing()) {
            throw new UnconfirmedWriteException("region " + key.region());
        }
    }

    @Override
    public String toString() {
        return "lock " + id + " of " + key;
    }
}
