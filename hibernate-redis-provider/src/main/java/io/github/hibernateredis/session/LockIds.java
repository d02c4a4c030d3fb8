package io.github.hibernateredis.session;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Makes lock ids: unique among all instances, so that a lock that is sent twice is recognized as one. Thread safe. */
public final class LockIds {

    private final String node =
            Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
    private final AtomicLong last = new AtomicLong();

    /** The next id. */
    public String next() {
        return node + '-' + Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
    }
}
