package io.github.hibernateredis.access;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether sessions that find an owner in the cache usually go on to read a certain collection of it: then the collection is
 * worth asking for together with the owner, since a request too many costs less than a wait. Judged anew after so many owners;
 * until the first time it is not usual. Thread safe; counts that race with a judgement may be lost, which costs nothing but
 * a moment's delay.
 */
final class Habit {

    /** After how many owners it is judged. */
    static final int OWNERS = 64;

    /** Of how many of them the collection must have been read: three in four. */
    static final int USUAL = 48;

    private final AtomicInteger owners = new AtomicInteger();
    private final AtomicInteger followed = new AtomicInteger();
    private volatile boolean usual;

    boolean isUsual() {
        return usual;
    }

    /** An owner was found. */
    void ownerFound() {
        if (owners.incrementAndGet() == OWNERS) {
            usual = followed.getAndSet(0) >= USUAL;
            owners.set(0);
        }
    }

    /** The session that had found an owner reads its collection. */
    void followed() {
        followed.incrementAndGet();
    }
}
