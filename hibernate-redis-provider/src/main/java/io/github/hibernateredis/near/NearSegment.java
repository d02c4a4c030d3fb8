package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Invalidations;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of the invalidations of one segment. It decides which values may be kept, and how long they may be used.
 *
 * <p>The scripts of a segment count its invalidations and publish each with its number. While the numbers arrive
 * without a gap, no message is missing, and each message drops the keys that it names. A heartbeat returns the current
 * number of invalidations. Once all of them have arrived, the lease starts, counted from the moment when that heartbeat
 * was sent. A message that has not arrived by the next heartbeat is lost, and everything is dropped.
 *
 * <p>A value that was read from Redis carries the number of invalidations at that time. It is kept only if no
 * invalidation of its key has a higher number: each bucket of keys stores the highest as its <em>floor</em>.
 *
 * <p>Messages, heartbeats and other replies take the lock of this segment. A hit takes no lock: it reads the lease and
 * the generation, which changes when everything is dropped. Thread safe. Each decision has a method of its own, so that
 * a test can replace one decision by a wrong one and observe the failure.
 */
class NearSegment {

    private static final int BUCKETS = 1024;

    private final long leaseNanos;
    private final LongSupplier nanoTime;
    private final AtomicLongArray floors = new AtomicLongArray(BUCKETS);
    private volatile long floorOfAll;
    private volatile Generation generation = new Generation(this);
    private volatile boolean leased;
    private volatile long leasedFrom;

    /** Null before the first heartbeat is answered, and between a loss and the next heartbeat. */
    private volatile @Nullable String epoch;

    private long last;
    private long newest;
    private @Nullable String otherEpoch;
    private long newestOfOther;
    private boolean hasLost;
    private long lostAt;
    private boolean waiting;
    private long waitingSince;
    private long waitingFor;

    /** @param nanoTime a clock like {@link System#nanoTime()} */
    NearSegment(long leaseNanos, LongSupplier nanoTime) {
        this.leaseNanos = leaseNanos;
        this.nanoTime = nanoTime;
    }

    // Hits ------------------------------------------------------------------------------------------------------------

    /**
     * The values that are kept together. A new generation starts whenever the earlier values must not be used any more.
     */
    static final class Generation {

        private final NearSegment segment;

        private Generation(NearSegment segment) {
            this.segment = segment;
        }

        /** Whether its values may be used at that moment, {@link System#nanoTime()}. */
        boolean isUsable(long now) {
            return segment.generation == this && segment.isLeased(now);
        }
    }

    final Generation generation() {
        return generation;
    }

    /** Whether kept values may be used at that moment, {@link System#nanoTime()}. */
    final boolean isLeased(long now) {
        return leased && isWithinLease(now - leasedFrom);
    }

    boolean isWithinLease(long nanos) {
        return nanos < leaseNanos;
    }

    // Fills -----------------------------------------------------------------------------------------------------------

    /**
     * Whether a value of the key, read at that count, may be kept. Callers ask before they keep it, and again
     * afterwards.
     */
    final boolean admits(String key, Invalidations readAt) {
        return !isOther(readAt.epoch()) && isAbove(readAt.count(), floor(key));
    }

    boolean isAbove(long count, long floor) {
        return count >= floor;
    }

    final long floor(String key) {
        return Math.max(floorOfAll, floors.get(bucket(key)));
    }

    private static int bucket(String key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & BUCKETS - 1;
    }

    // Replies and messages --------------------------------------------------------------------------------------------

    /**
     * An invalidation message has arrived.
     *
     * @param keys the invalidated keys; null for all
     * @param drop drops the kept value of a key
     */
    final synchronized void heard(Invalidations number, @Nullable Collection<String> keys, Consumer<String> drop) {
        noteNewest(number);
        if (isOther(number.epoch())) {
            lost();
            return;
        }
        long count = number.count();
        if (count <= last) {
            return;
        }
        if (isGap(count) || keys == null) {
            startFrom(count);
            return;
        }
        for (String key : keys) {
            raise(key, count);
            drop.accept(key);
        }
        last = count;
        confirm();
    }

    boolean isOther(String name) {
        return !name.equals(epoch);
    }

    boolean isGap(long count) {
        return count != last + 1;
    }

    /**
     * A heartbeat was answered.
     *
     * @param sentAt the {@link System#nanoTime()} before it was sent
     */
    final synchronized void heartbeat(Invalidations reported, long sentAt) {
        noteNewest(reported);
        if (isFromBeforeLoss(sentAt)) {
            return; // its epoch may have ended, as the reply to a write of this instance may have shown
        }
        long from = leaseBegin(sentAt);
        if (isOther(reported.epoch())) {
            epoch = reported.epoch();
            last = reported.count();
            newest = reported.epoch().equals(otherEpoch) ? Math.max(newestOfOther, reported.count()) : reported.count();
            otherEpoch = null;
            startFrom(reported.count());
            lease(from);
        } else if (!mustBeHeard()) {
            lease(from);
        } else if (waiting) {
            startFrom(Math.max(reported.count(), last)); // the expected messages were lost
            lease(from);
        } else {
            waiting = true;
            waitingSince = from;
            waitingFor = reported.count();
            confirm();
        }
    }

    long leaseBegin(long sentAt) {
        return sentAt;
    }

    boolean isFromBeforeLoss(long sentAt) {
        return hasLost && sentAt - lostAt <= 0;
    }

    boolean mustBeHeard() {
        return true;
    }

    private void confirm() {
        if (waiting && waitingFor <= last) {
            waiting = false;
            lease(waitingSince);
        }
    }

    private void lease(long from) {
        if (!leased || from - leasedFrom > 0) {
            leasedFrom = from;
            leased = true;
        }
    }

    /** A reply has brought the current number of invalidations. */
    final synchronized void counted(Invalidations now) {
        noteNewest(now);
        if (epoch != null && isOther(now.epoch())) {
            lost();
        }
    }

    private void noteNewest(Invalidations reported) {
        if (reported.epoch().equals(epoch)) {
            newest = Math.max(newest, reported.count());
        } else if (reported.epoch().equals(otherEpoch)) {
            newestOfOther = Math.max(newestOfOther, reported.count());
        } else {
            otherEpoch = reported.epoch();
            newestOfOther = reported.count();
        }
    }

    // Writes of this instance -----------------------------------------------------------------------------------------

    /**
     * A write of this instance has ended, and its reply has been counted: values that were read before it are not kept.
     */
    synchronized void written(String key) {
        raise(key, newest);
    }

    /** The same for a write of all keys. */
    final synchronized void writtenAll() {
        floorOfAll = Math.max(floorOfAll, newest);
        generation = new Generation(this);
    }

    private void raise(String key, long count) {
        int bucket = bucket(key);
        floors.set(bucket, raised(floors.get(bucket), count));
    }

    long raised(long floor, long count) {
        return Math.max(floor, count);
    }

    /** Nothing known is reliable any more. The next heartbeat that is sent after this call starts again. */
    final synchronized void lost() {
        hasLost = true;
        lostAt = nanoTime.getAsLong();
        String known = epoch;
        if (known != null) {
            otherEpoch = known;
            newestOfOther = newest;
            epoch = null;
        }
        dropAll();
    }

    private void startFrom(long count) {
        dropAll();
        last = count;
        for (int i = 0; i < BUCKETS; i++) {
            floors.set(i, 0);
        }
        floorOfAll = Math.max(count, newest);
    }

    private void dropAll() {
        leased = false;
        waiting = false;
        generation = new Generation(this);
    }

    /** The state, except the floors of single keys. */
    @Override
    public synchronized String toString() {
        return "epoch " + epoch + ", heard " + last + " of " + newest + ", floor " + floorOfAll
                + (leased ? ", leased from " + leasedFrom : "")
                + (waiting ? ", waiting for " + waitingFor + " since " + waitingSince : "")
                + (hasLost ? ", lost at " + lostAt : "")
                + (otherEpoch == null ? "" : ", " + newestOfOther + " of " + otherEpoch);
    }
}
