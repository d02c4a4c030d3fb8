package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Decorates every store with a time budget, a circuit breaker, and the memory of what is owed. Thread safe.
 */
public final class ResilientStores implements Stores {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /** A client that is slow to start is worth waiting for, once; one that cannot connect says so sooner. */
    private static final Duration CONNECT_TIME = Duration.ofSeconds(3);

    private final Stores stores;
    private final Link link;
    private final long connectNanos;
    private final Queue<Debt> debts = new ConcurrentLinkedQueue<>();

    /** @param budget how long one operation may take before it counts as failed */
    public ResilientStores(Stores stores, Duration budget) {
        this(stores, budget, CacheListener.NONE);
    }

    /**
     * @param budget how long one operation may take before it counts as failed
     * @param listener is told of requests, of the circuit breaker and of what is owed
     */
    public ResilientStores(Stores stores, Duration budget, CacheListener listener) {
        this.stores = stores;
        this.link = new Link(stores, budget, listener);
        this.connectNanos = Math.max(CONNECT_TIME.toNanos(), budget.toNanos());
    }

    @Override
    public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter, int segments) {
        ResilientRegionStore region =
                new ResilientRegionStore(stores.region(qualifiedName, ttl, ttlJitter, segments), link);
        debts.add(region.debt());
        return region;
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        ResilientTableStamps tables = new ResilientTableStamps(stores.tables(qualifiedName), qualifiedName, link);
        debts.add(tables.debt());
        return tables;
    }

    /** Takes a bounded time. */
    @Override
    public CompletableFuture<Void> connect() {
        return stores.connect().copy().completeOnTimeout(null, connectNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public int connectionChanges() {
        return stores.connectionChanges();
    }

    /** Also told when Redis answers again. */
    @Override
    public void onConnectionChange(Runnable listener) {
        stores.onConnectionChange(listener);
        link.onAnswering(listener);
    }

    /** Tries a last time to invalidate what is owed: nobody remembers it after this. */
    @Override
    public void close() {
        link.tryAnyway();
        List<CompletableFuture<Boolean>> attempts =
                debts.stream().map(Debt::settle).toList();
        attempts.forEach(CompletableFuture::join);
        String owed =
                debts.stream().filter(Debt::isOwed).map(Debt::owner).sorted().collect(Collectors.joining(", "));
        if (!owed.isEmpty()) {
            LOG.warnf(
                    "Stopped before writes could be confirmed in Redis. Until the items there expire, other nodes may find"
                            + " outdated ones in: %s",
                    owed);
        }
        stores.close();
        link.close();
    }
}
