package io.github.hibernateredis.store;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.PutOutcome;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The shared state of one region: entries, soft locks, and the stamps that order them. What transactions write goes through
 * {@link Stores#begin} and {@link Stores#end}.
 *
 * <p>Each operation is atomic per segment on the shared side. All methods are asynchronous and thread safe, never block and
 * never throw. Failures complete the future exceptionally, unless a decorator says otherwise.
 */
public interface RegionStore {

    /** The qualified name of the region. */
    String name();

    /** What there is of the key. */
    CompletableFuture<Lookup> read(String key, Snapshot asOf);

    /**
     * What there is of each of the keys: one request for each segment and each 1,000 keys of it. A part that fails is
     * {@link Lookup.Bypassed} for its keys.
     */
    CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf);

    /**
     * Stores what was read from the database. Refused if the key or the region is locked, if either was written since the
     * session opened, if the session opened in another epoch, or, in {@link Put.Mode#ADD}, if a live entry is there.
     *
     * <p>Puts are collected and sent together. No caller has to wait for the result. A {@link #read} of the key on this
     * instance sees the result of a put that came before it.
     */
    CompletableFuture<PutOutcome> put(Put put);

    /**
     * Asks whose turn it is to load a key that was not found, or is outdated. The first who asks gets a lease. A put that is
     * stored, a lock, an eviction and an invalidation of the region end it. While it lasts, reads of the key say that somebody
     * loads. It is a hint: it changes nothing about what may be stored.
     *
     * @param id the asker's, unique among all instances
     * @param outdated the stamp of an entry that nobody can use any more: the lease takes its place; null if none was found
     */
    CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated);

    /** Ends that lease, if it is still there: nothing was stored. */
    CompletableFuture<Void> endLoad(String key, String id);

    /**
     * Asks whether it is the caller's turn to reload an entry, which is served meanwhile. The first who asks gets a lease, which
     * nothing ends but {@link #endReload} and its time. It is a hint like that of {@link #beginLoad}.
     *
     * @param id the asker's, unique among all instances
     * @param lease the same for all
     * @return false if it is another's turn, or nothing is known
     */
    CompletableFuture<Boolean> beginReload(String key, String id, Duration lease);

    /** Ends that lease, if it is still there. */
    CompletableFuture<Void> endReload(String key, String id);

    /** Drops the entry by administrative wish, and counts as a write of the key. Never removes a lock. */
    CompletableFuture<Void> evict(String key);

    /** Drops an entry that cannot be read here. Counts as nothing: the next put may follow at once. */
    CompletableFuture<Void> discard(String key);

    /** Invalidates the whole region in constant time. Live locks stay, and store nothing when they end. */
    CompletableFuture<Void> clear();

    /**
     * As {@link #clear}; and until {@link #unlockRegion}, or until the lease is over, every put is refused.
     *
     * @return whether the lock is known to be in place: false says that nothing has confirmed it
     */
    CompletableFuture<Boolean> lockRegion(String lockId);

    /** Ends a region lock, and invalidates the region once more. */
    CompletableFuture<Void> unlockRegion(String lockId);

    /**
     * Brings the newest stamp here and renews the leases of those region locks that are still found. To be sent once at
     * start-up and about once a second from then on.
     */
    CompletableFuture<Void> heartbeat(Collection<String> regionLocks);

    /** How much there is. */
    CompletableFuture<RegionSize> size();

    /** The name of the segment that the key is in; null if it is not known yet. */
    @Nullable
    String segmentOf(String key);

    /** The newest stamp of the key's segment that had arrived by that moment; null if none is known. */
    @Nullable
    Stamp asOf(String key, long moment);

    /** Why the region is not used at present, or null if it is. Costs no request. */
    @Nullable
    BypassReason bypassed();
}
