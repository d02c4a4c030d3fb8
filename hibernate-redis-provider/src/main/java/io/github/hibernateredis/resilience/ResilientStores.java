package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LogMessage;
import io.github.hibernateredis.store.ForwardingStores;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Decides the effect of a failure: a read is bypassed, a put is dropped, and an unconfirmed write leaves a pending
 * invalidation. Thread safe.
 */
public final class ResilientStores extends ForwardingStores {

    /** A slow connection is awaited once for this time. A client that cannot connect fails earlier. */
    private static final Duration CONNECT_TIME = Duration.ofSeconds(3);

    private final Stores stores;
    private final GuardedClient client;
    private final CacheListener events;
    private final boolean cleared;
    private final Map<String, Availability> owners = new ConcurrentHashMap<>();

    /**
     * @param stores the decorated stores, whose requests go through the client
     * @param client the client, which is closed with this object
     * @param events receives pending invalidations
     */
    public ResilientStores(Stores stores, GuardedClient client, CacheListener events) {
        this(stores, client, events, false);
    }

    /**
     * @param stores the decorated stores, whose requests go through the client
     * @param client the client, which is closed with this object
     * @param events receives pending invalidations
     * @param cleared whether each region is invalidated before its first read
     */
    public ResilientStores(Stores stores, GuardedClient client, CacheListener events, boolean cleared) {
        super(stores);
        this.cleared = cleared;
        this.stores = stores;
        this.client = client;
        this.events = events;
    }

    @Override
    public RegionStore region(RegionSpec spec) {
        ResilientRegionStore region = new ResilientRegionStore(stores.region(spec), stores, client, events);
        add(region.availability());
        return region;
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        ResilientTableStamps tables = new ResilientTableStamps(stores.tables(qualifiedName), stores, client, events);
        add(tables.availability());
        return tables;
    }

    private void add(Availability owner) {
        if (cleared) {
            owner.pending().addFirst();
        }
        owners.put(owner.pending().owner(), owner);
    }

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        return stores.begin(begin)
                .exceptionally(failure -> nothingBegun(begin, failure))
                .thenApply(begun -> {
                    begun.failures().regions().forEach((region, failure) -> add(region, "a lock", failure));
                    Throwable failure = begun.failures().tables();
                    if (failure != null && begin.update() != null) {
                        add(begin.update().region(), "the start of a table update", failure);
                    }
                    return begun;
                });
    }

    private static TransactionBegun nothingBegun(TransactionBegin begin, Throwable failure) {
        Map<String, Throwable> regions = new HashMap<>();
        begin.locks().forEach(lock -> regions.put(lock.key().region(), failure));
        boolean marks = begin.update() != null;
        return new TransactionBegun(Map.of(), !marks, new WriteFailures(regions, marks ? failure : null));
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        Set<String> changed = changedRegions(end);
        return stores.end(end)
                .exceptionally(failure -> nothingEnded(end, failure))
                .thenApply(failures -> {
                    failures.regions().forEach((region, failure) -> {
                        if (changed.contains(region)) {
                            add(region, "the end of a lock, or an eviction", failure);
                        }
                    });
                    Throwable failure = failures.tables();
                    if (failure != null && end.update() != null) {
                        add(end.update().region(), "the end of a table update", failure);
                    }
                    return failures;
                });
    }

    /**
     * The regions of the transaction, without those that only got new rows: no instance can hold an older value of a
     * new row.
     */
    private static Set<String> changedRegions(TransactionEnd end) {
        Set<String> regions = new HashSet<>();
        end.unlocks().forEach(unlock -> regions.add(unlock.key().region()));
        end.evictions().stream().map(StoreKey::region).forEach(regions::add);
        return regions;
    }

    private static WriteFailures nothingEnded(TransactionEnd end, Throwable failure) {
        Map<String, Throwable> regions = new HashMap<>();
        changedRegions(end).forEach(region -> regions.put(region, failure));
        end.inserts().forEach(insert -> regions.put(insert.key().region(), failure));
        return new WriteFailures(regions, end.update() == null ? null : failure);
    }

    /** If the region is unknown here, because no caller has requested it, all regions must be invalidated. */
    private void add(String region, String operation, Throwable failure) {
        Availability known = owners.get(region);
        if (known == null) {
            pending().forEach(each -> each.add(operation, failure));
        } else {
            known.pending().add(operation, failure);
        }
    }

    /** Connects, within a bounded time. */
    @Override
    public CompletableFuture<Void> connect() {
        long nanos = Math.max(CONNECT_TIME.toNanos(), client.timeoutNanos());
        return stores.connect().copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
    }

    /** Also called when a server becomes silent, and when it answers again. */
    @Override
    public void onConnectionChange(Runnable listener) {
        stores.onConnectionChange(listener);
        client.onHeartbeatWanted(listener);
    }

    /** The state of the connection to Redis, the pending invalidations and the bypassed regions. Sends no request. */
    public ResilienceStatus status() {
        Map<String, BypassReason> bypassed = new HashMap<>();
        owners.forEach((owner, availability) -> {
            BypassReason reason = availability.bypassed();
            if (reason != null) {
                bypassed.put(owner, reason);
            }
        });
        return client.status(pendingOwners(), bypassed);
    }

    private Stream<PendingInvalidations> pending() {
        return owners.values().stream().map(Availability::pending);
    }

    private List<String> pendingOwners() {
        return pending()
                .filter(PendingInvalidations::isPending)
                .map(PendingInvalidations::owner)
                .sorted()
                .toList();
    }

    /** Sends the pending invalidations a last time: they are forgotten after this. */
    @Override
    public void close() {
        client.tryLastTime();
        List<CompletableFuture<Boolean>> attempts =
                pending().map(PendingInvalidations::flush).toList();
        attempts.forEach(CompletableFuture::join);
        List<String> left = pendingOwners();
        if (!left.isEmpty()) {
            LogMessage.STOPPED_WHILE_PENDING.log(String.join(", ", left));
        }
        stores.close();
        client.close();
    }
}
