package io.github.hibernateredis.store;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.PutOutcome;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The shared state of one region: entries, soft locks, and the stamps that order them. The writes of transactions go
 * through {@link Stores#begin} and {@link Stores#end}.
 *
 * <p>Each operation is atomic per segment. All methods are asynchronous and thread safe, never block and never throw. A
 * failure completes the future exceptionally, unless a decorator specifies otherwise.
 */
public interface RegionStore {

    /** The qualified name of the region. */
    String name();

    /** Looks up the key. */
    CompletableFuture<Lookup> read(String key, Snapshot asOf);

    /**
     * Looks up each of the keys, with one request for each segment and each 1,000 keys of it. If a request fails, the
     * result for its keys is {@link Lookup.Bypassed}.
     */
    CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf);

    /**
     * Stores a value that was read from the database. It is refused if the key or the region is locked, or was written
     * after the session opened. It is also refused if the session opened in another epoch or, in {@link Put.Mode#ADD},
     * if a live entry exists.
     *
     * <p>Puts are collected and sent together. No caller has to wait for the result. A {@link #read} of the key on this
     * instance sees the result of an earlier put.
     */
    CompletableFuture<PutOutcome> put(Put put);

    /**
     * Asks which session may load a key that was not found, or is outdated. The first caller gets a lease. A stored
     * put, a lock, an eviction, or an invalidation of the region ends it. During the lease, reads of the key report
     * that a session is loading it. The lease is a hint: it does not change what may be stored.
     *
     * @param id the caller's id, unique among all instances
     * @param outdated the stamp of an entry that no session can use any more: the lease takes its place; null if there
     *     is none
     */
    CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated);

    /** Ends that lease, if it still exists, because nothing was stored. */
    CompletableFuture<Void> endLoad(String key, String id);

    /**
     * Asks whether the caller may reload an entry, which is served meanwhile. The first caller gets a lease. Only
     * {@link #endReload} and its time end it. The lease is a hint like that of {@link #beginLoad}.
     *
     * @param id the caller's id, unique among all instances
     * @param lease the same for all callers
     * @return false if another session reloads it, or nothing is known
     */
    CompletableFuture<Boolean> beginReload(String key, String id, Duration lease);

    /** Ends that lease, if it still exists. */
    CompletableFuture<Void> endReload(String key, String id);

    /** Drops the entry on request of the application; counts as a write of the key. Never removes a lock. */
    CompletableFuture<Void> evict(String key);

    /** Drops an entry that cannot be read here. It does not count as a write: the next put may follow at once. */
    CompletableFuture<Void> discard(String key);

    /** Invalidates the whole region in constant time. Live locks stay, but store nothing when they end. */
    CompletableFuture<Void> clear();

    /**
     * Invalidates the region like {@link #clear}, and refuses every put until {@link #unlockRegion}, or until the lease
     * has ended.
     *
     * @return whether the lock is known to be in place; false if it was not confirmed
     */
    CompletableFuture<Boolean> lockRegion(String lockId);

    /** Ends a region lock, and invalidates the region again. */
    CompletableFuture<Void> unlockRegion(String lockId);

    /**
     * Reads the newest stamp, and renews the leases of those region locks that still exist. Sent once at the start, and
     * then about once a second.
     */
    CompletableFuture<Void> heartbeat(Collection<String> regionLocks);

    /** The size of the region in Redis. */
    CompletableFuture<RegionSize> size();

    /** The name of the segment of the key; null if it is not known yet. */
    @Nullable
    String segmentOf(String key);

    /** The newest stamp of the key's segment that had arrived by that moment; null if none is known. */
    @Nullable
    Stamp asOf(String key, long moment);

    /** Why the region is not used at present; null if it is used. Sends no request. */
    @Nullable
    BypassReason bypassed();
}
