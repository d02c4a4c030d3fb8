package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The shared state of one region: items, soft locks, and the stamps that order them.
 *
 * <p>Each operation is atomic on the shared side. A moment named {@code openedAt} is the {@link System#nanoTime()} at
 * which the calling session, or its transaction, began; the store knows which stamp that amounts to. All methods are
 * asynchronous and thread safe, never block and never throw: failures complete the future exceptionally.
 *
 * <p>Lock ids are made by the caller, one per transaction and key, of the characters {@code A-Z a-z 0-9 _ -}: a lock that
 * is sent twice under one id is one lock.
 */
public interface RegionStore {

    /** The qualified name of the region. */
    String name();

    /** The value of the key, or null. */
    CompletableFuture<byte @Nullable []> get(String key);

    /**
     * The value of the key if it is not newer than the session, or null: what repeatable reads ask for, since a newer
     * item could contradict what the transaction has read from the database before.
     */
    CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt);

    /** The values of those of the keys that have one, as {@link #get} would give them, asked for together. */
    CompletableFuture<Map<String, byte[]>> getAll(Set<String> keys);

    /** The values of those of the keys that have one, as {@link #getAsOf} would give them, asked for together. */
    CompletableFuture<Map<String, byte[]>> getAllAsOf(Set<String> keys, long openedAt);

    /**
     * Stores what was read from the database by a session that opened at that moment.
     *
     * <p>Refused if the key or the region is locked, if either was written since the session opened, if the session opened
     * in another incarnation, or if a live item is there already.
     *
     * @return whether it was stored
     */
    CompletableFuture<Boolean> put(String key, byte[] value, long openedAt);

    /** As {@link #put}, but a live item that is there already is replaced. */
    CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt);

    /**
     * Drops the item and holds the key's soft lock until {@link #unlock} or until the lease is over. Sent again with the
     * same id it renews the lease and changes nothing else. Locks do not exclude each other: holders of one key at a time
     * become <em>contested</em>, and none of them may store its value. Nor may a holder whose session had missed a write of
     * the key when the lock came: an update can write some columns only, and what the session says of the others may be from
     * before that write.
     *
     * @param openedAt the moment from which on the session may have read the row
     * @return whether the lock is in place
     */
    CompletableFuture<Boolean> lock(String key, String lockId, long openedAt);

    /**
     * Ends a soft lock, and counts as a write of the key even if the lock was lost or has expired.
     *
     * @param value the committed value, stored if the lock was found, was not contested, and the region was
     *     neither invalidated nor locked in between; null to leave the key empty
     * @return whether the value was stored
     */
    CompletableFuture<Boolean> unlock(String key, String lockId, byte @Nullable [] value);

    /**
     * Stores the value of a row whose insert has been committed, and counts as a write of the key. The value is refused if
     * the key or the region is locked, or was written since the session opened.
     *
     * @return whether the value was stored
     */
    CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt);

    /** Drops the item by administrative wish, and counts as a write of the key. Never removes a lock. */
    CompletableFuture<Void> evict(String key);

    /** Drops an item whose bytes nobody here can read. Counts as nothing: the next put may follow at once. */
    CompletableFuture<Void> discard(String key);

    /** Invalidates the whole region in constant time. Live locks stay, and store nothing when they end. */
    CompletableFuture<Void> clear();

    /**
     * As {@link #clear}; and until {@link #unlockRegion}, or until the lease is over, every put is refused.
     *
     * @return whether the lock is in place
     */
    CompletableFuture<Boolean> lockRegion(String lockId);

    /** Ends a region lock, and invalidates the region once more. */
    CompletableFuture<Void> unlockRegion(String lockId);

    /**
     * Brings the newest stamp here and renews the leases of the region locks that are still found. To be sent once at
     * start-up and about once a second from then on.
     */
    CompletableFuture<Void> pulse(Collection<String> regionLocks);

    /** How much there is. */
    CompletableFuture<RegionSize> size();
}
