package io.github.hibernateredis.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Counts the values of one region that were there and could not be used, and names the key of one of them in the log at most
 * once in 30 seconds: a deploy with a changed mapping can meet thousands. Thread safe.
 */
public final class Undecodable {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What anyone who can write to Redis chose is not to fill a log either. */
    private static final int SHOWN_LENGTH = 200;

    private final String region;
    private final LongSupplier nanoTime;
    private final Consumer<String> log;
    private final LongAdder count = new LongAdder();
    private final AtomicLong nextLine;

    /** @param region the qualified name */
    public Undecodable(String region) {
        this(region, System::nanoTime, LOG::warn);
    }

    Undecodable(String region, LongSupplier nanoTime, Consumer<String> log) {
        this.region = region;
        this.nanoTime = nanoTime;
        this.log = log;
        this.nextLine = new AtomicLong(nanoTime.getAsLong());
    }

    /** Counts one, and tells of it if the last line is long enough ago. */
    public void found(String key) {
        count.increment();
        long due = nextLine.get();
        long now = nanoTime.getAsLong();
        if (now - due >= 0 && nextLine.compareAndSet(due, now + PACE_NANOS)) {
            log.accept("Region " + region + ": the value of the key "
                    + (key.length() > SHOWN_LENGTH ? key.substring(0, SHOWN_LENGTH) + "..." : key)
                    + " cannot be read and counts as a miss: it was stored under another mapping, or is damaged ("
                    + count.sum() + " such values so far; told at most every 30 s)");
        }
    }

    /** How many there were since the start. */
    public long count() {
        return count.sum();
    }
}
