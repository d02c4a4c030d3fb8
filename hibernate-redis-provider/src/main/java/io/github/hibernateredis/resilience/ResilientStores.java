package io.github.hibernateredis.resilience;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Decorates every store with a time budget and the memory of what is owed. Thread safe. */
public final class ResilientStores implements Stores {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private final Stores stores;
    private final long budgetNanos;
    private final Queue<Debt> debts = new ConcurrentLinkedQueue<>();

    /** @param budget how long one operation may take before it counts as failed */
    public ResilientStores(Stores stores, Duration budget) {
        this.stores = stores;
        this.budgetNanos = budget.toNanos();
    }

    @Override
    public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter) {
        ResilientRegionStore region =
                new ResilientRegionStore(stores.region(qualifiedName, ttl, ttlJitter), budgetNanos);
        debts.add(region.debt());
        return region;
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        ResilientTableStamps tables = new ResilientTableStamps(stores.tables(qualifiedName), budgetNanos);
        debts.add(tables.debt());
        return tables;
    }

    /** Tries a last time to invalidate what is owed: nobody remembers it after this. */
    @Override
    public void close() {
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
    }
}
