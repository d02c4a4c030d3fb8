package io.github.hibernateredis.readahead;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Predicts whether sessions that find an owner in the cache will read one of its collections. If so, the collection is
 * requested together with the owner, since an unused request costs less than a wait. The prediction is updated after a
 * fixed number of owners, and is no before the first update. Thread safe. A count that races with an update may be
 * lost, which only delays the prediction.
 */
public final class CollectionReadPredictor {

    /** After how many owners the prediction is updated. */
    static final int OWNERS = 64;

    /** For how many of them the collection must have been read: three in four. */
    static final int USUAL = 48;

    private final AtomicInteger owners = new AtomicInteger();
    private final AtomicInteger followed = new AtomicInteger();
    private volatile boolean usual;

    /** Predicts no until enough owners were found. */
    public CollectionReadPredictor() {}

    /** Whether sessions usually read the collection after its owner. */
    public boolean isUsual() {
        return usual;
    }

    /** A session has found an owner. */
    public void ownerFound() {
        if (owners.incrementAndGet() == OWNERS) {
            usual = followed.getAndSet(0) >= USUAL;
            owners.set(0);
        }
    }

    /** The session that had found an owner reads its collection. */
    public void followed() {
        followed.incrementAndGet();
    }
}
