package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Invalidations;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tracks the invalidations of one owner: a region, or the table stamps. Thread safe. */
abstract class Follower {

    private final String name;
    private final long leaseNanos;
    private final long writeLeaseNanos;
    private final LongFunction<NearSegment> maker;
    private final Map<String, NearSegment> segments = new ConcurrentHashMap<>();
    private final OwnWrites writes = new OwnWrites();
    private volatile boolean blocked;
    private volatile boolean refused;
    final LongSupplier nanoTime;

    /**
     * @param writeLeaseNanos the time after which an unfinished write of this instance counts as abandoned
     * @param maker creates the state of a segment, for a lease in nanoseconds
     */
    Follower(
            String name,
            long leaseNanos,
            long writeLeaseNanos,
            LongSupplier nanoTime,
            LongFunction<NearSegment> maker) {
        this.name = name;
        this.leaseNanos = leaseNanos;
        this.writeLeaseNanos = writeLeaseNanos;
        this.nanoTime = nanoTime;
        this.maker = maker;
    }

    public final String name() {
        return name;
    }

    final long leaseNanos() {
        return leaseNanos;
    }

    /** The name of the segment of the key; null if it is unknown. */
    abstract @Nullable String segmentOf(String key);

    /** Drops the kept value of a key. */
    abstract void drop(String key);

    /** Allows the memory of all kept values to be reclaimed: they are not used any more. */
    abstract void dropAll();

    /** Whether invalidations must be tracked. */
    boolean isFollowing() {
        return !refused;
    }

    /** Whether near hits are possible now in any segment. */
    final boolean isLeased() {
        long now = nanoTime.getAsLong();
        return segments.values().stream().anyMatch(segment -> segment.isLeased(now));
    }

    private NearSegment segment(String segment) {
        NearSegment known = segments.get(segment);
        return known == null ? segments.computeIfAbsent(segment, unknown -> maker.apply(leaseNanos)) : known;
    }

    // Replies and messages --------------------------------------------------------------------------------------------

    final void counted(Invalidations now) {
        segment(now.segment()).counted(now);
    }

    final void published(Invalidations number, @Nullable Collection<String> keys) {
        segment(number.segment()).heard(number, keys, this::drop);
    }

    final void heartbeat(Invalidations now, long sentAt) {
        segment(now.segment()).heartbeat(now, sentAt);
    }

    /** Invalidations cannot be received: nothing is kept. */
    final void refuse() {
        refused = true;
        lost();
    }

    /** A connection or a message may be lost: no kept value is used until the next heartbeat. */
    final void lost() {
        segments.values().forEach(NearSegment::lost);
        dropAll();
    }

    /** A write of this instance was not confirmed: nothing is used until {@link #unblock}. */
    final void block() {
        blocked = true;
        lost();
    }

    final void unblock() {
        lost();
        blocked = false;
    }

    // Kept values -----------------------------------------------------------------------------------------------------

    /** Whether no write of this instance forbids the use of the kept value of the key. */
    boolean isReadable(String key) {
        return !blocked && !writes.isWriting(key);
    }

    /**
     * Returns the generation with which a value of the key must be kept; null if an invalidation has arrived since the
     * value was read. After keeping the value, the caller must call {@link #isStillAdmitted}, because a message may
     * have arrived meanwhile.
     */
    final NearSegment.@Nullable Generation admit(String key, Invalidations readAt) {
        NearSegment segment = segments.get(readAt.segment());
        NearSegment.Generation generation = segment == null ? null : segment.generation();
        return segment != null && isReadable(key) && segment.admits(key, readAt) ? generation : null;
    }

    /** Whether the value that was just kept may be used. If not, it is dropped. Every later invalidation finds it. */
    final boolean isStillAdmitted(String key, Invalidations readAt) {
        if (admit(key, readAt) == null) {
            drop(key);
            return false;
        }
        return true;
    }

    /** The segment of an owner that has only one; null if it is not known yet. */
    final @Nullable String onlySegment() {
        return segments.keySet().stream().findFirst().orElse(null);
    }

    // Writes of this instance -----------------------------------------------------------------------------------------

    /** Called before a write of the key is sent or renewed. */
    final void begin(String key, String id) {
        writes.begin(key, id, nanoTime.getAsLong());
        drop(key);
    }

    final String begin(String key) {
        String id = writes.newId();
        begin(key, id);
        return id;
    }

    /** Called when the end of the write was answered. */
    final void end(String key, String id) {
        String segment = segmentOf(key);
        if (segment == null) {
            lost();
        } else {
            segment(segment).written(key);
        }
        drop(key);
        writes.end(key, id);
    }

    /** Sends a write of the key; the write ends with the answer. */
    final <T> CompletableFuture<T> writing(String key, CompletableFuture<T> sent, String id) {
        return sent.whenComplete((done, failure) -> end(key, id));
    }

    /** Called before a write of all keys is sent. */
    final void beginAll() {
        writes.beginAll();
        dropAll();
    }

    final void endAll() {
        segments.values().forEach(NearSegment::writtenAll);
        dropAll();
        writes.endAll();
    }

    /** Forgets the writes of abandoned sessions. Otherwise their keys could never be kept again. */
    final void forgetAbandoned() {
        for (OwnWrites.Write write : writes.begunBefore(nanoTime.getAsLong() - writeLeaseNanos)) {
            end(write.key(), write.id());
        }
    }
}
