package io.github.hibernateredis.readahead;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Predicts whether sessions that find an owner in the cache go on to read a certain collection of it: then the collection is
 * asked for together with the owner, since one request too many costs less than a wait. Judged again after so many owners;
 * until the first time the prediction is no. Thread safe; a count that races with a judgement may be lost, which costs
 * nothing but a delay.
 */
public final class CollectionReadPredictor {

    /** After how many owners it is judged. */
    static final int OWNERS = 64;

    /** Of how many of them the collection must have been read: three in four. */
    static final int USUAL = 48;

    private final AtomicInteger owners = new AtomicInteger();
    private final AtomicInteger followed = new AtomicInteger();
    private volatile boolean usual;

    /** Predicts no until enough owners were found. */
    public CollectionReadPredictor() {}

    /** Whether the collection is usually read after its owner. */
    public boolean isUsual() {
        return usual;
    }

    /** An owner was found. */
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
