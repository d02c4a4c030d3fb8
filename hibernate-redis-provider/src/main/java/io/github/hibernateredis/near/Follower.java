package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Invalidations;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Follows the invalidations of one owner: a region, or the table stamps. Thread safe. */
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
     * @param writeLeaseNanos after what time a write of this instance that has not ended is taken for abandoned
     * @param maker makes what is known of a segment, for a lease in nanoseconds
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

    /** The name of the segment that the key is in; null if it is not known. */
    abstract @Nullable String segmentOf(String key);

    /** Drops what is kept of a key. */
    abstract void drop(String key);

    /** Something of everything that was kept can be forgotten: it will not be used. */
    abstract void dropAll();

    /** Whether there is anything to follow. */
    boolean isFollowing() {
        return !refused;
    }

    /** Whether hits are possible now in any segment. */
    final boolean isLeased() {
        long now = nanoTime.getAsLong();
        return segments.values().stream().anyMatch(segment -> segment.isLeased(now));
    }

    private NearSegment segment(String segment) {
        NearSegment known = segments.get(segment);
        return known == null ? segments.computeIfAbsent(segment, unknown -> maker.apply(leaseNanos)) : known;
    }

    // What is heard ---------------------------------------------------------------------------------------------------

    final void counted(Invalidations now) {
        segment(now.segment()).counted(now);
    }

    final void published(Invalidations number, @Nullable Collection<String> keys) {
        segment(number.segment()).heard(number, keys, this::drop);
    }

    final void heartbeat(Invalidations now, long sentAt) {
        segment(now.segment()).heartbeat(now, sentAt);
    }

    /** Invalidations cannot be heard of: nothing is kept. */
    final void refuse() {
        refused = true;
        lost();
    }

    /** Nothing that is known is sure any more. */
    final void lost() {
        segments.values().forEach(NearSegment::lost);
        dropAll();
    }

    /** A write of this instance could not be confirmed: nothing is used until {@link #unblock}. */
    final void block() {
        blocked = true;
        lost();
    }

    final void unblock() {
        lost();
        blocked = false;
    }

    // What is kept ----------------------------------------------------------------------------------------------------

    /** Whether what is kept of the key may be used, as far as this instance's own writes are concerned. */
    boolean isReadable(String key) {
        return !blocked && !writes.isWriting(key);
    }

    /**
     * With what a value of the key is to be kept that was read then; null if an invalidation has come in between. Once it is
     * kept, {@link #isStillAdmitted} is to be asked: a message may have come meanwhile.
     */
    final NearSegment.@Nullable Generation admit(String key, Invalidations readAt) {
        NearSegment segment = segments.get(readAt.segment());
        NearSegment.Generation generation = segment == null ? null : segment.generation();
        return segment != null && isReadable(key) && segment.admits(key, readAt) ? generation : null;
    }

    /** Whether what was just kept may be used. If not, it is dropped. What invalidates it from now on finds it. */
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

    // What this instance does -----------------------------------------------------------------------------------------

    /** A write of the key is about to be sent, or renewed. */
    final void begin(String key, String id) {
        writes.begin(key, id, nanoTime.getAsLong());
        drop(key);
    }

    final String begin(String key) {
        String id = writes.newId();
        begin(key, id);
        return id;
    }

    /** Its end was answered. */
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

    /** Sends a write of the key; its answer is its end. */
    final <T> CompletableFuture<T> writing(String key, CompletableFuture<T> sent, String id) {
        return sent.whenComplete((done, failure) -> end(key, id));
    }

    /** A write of all keys is about to be sent. */
    final void beginAll() {
        writes.beginAll();
        dropAll();
    }

    final void endAll() {
        segments.values().forEach(NearSegment::writtenAll);
        dropAll();
        writes.endAll();
    }

    /** Sessions that were abandoned do not keep their keys from being kept for ever. */
    final void forgetAbandoned() {
        for (OwnWrites.Write write : writes.begunBefore(nanoTime.getAsLong() - writeLeaseNanos)) {
            end(write.key(), write.id());
        }
    }
}
