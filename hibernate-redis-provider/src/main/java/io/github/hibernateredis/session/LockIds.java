package io.github.hibernateredis.session;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Creates lock ids. They are unique among all instances, so that Redis recognizes a lock that is sent twice. Thread
 * safe.
 */
public final class LockIds {

    private final String instance =
            Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
    private final AtomicLong last = new AtomicLong();

    /** Creates the next id. */
    public String next() {
        return instance + '-' + Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
    }
}
