package io.github.hibernateredis.resilience;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.time.Duration;

/** Decorates every store with a time budget and the memory of what is owed. Thread safe. */
public final class ResilientStores implements Stores {

    private final Stores stores;
    private final long budgetNanos;

    /** @param budget how long one operation may take before it counts as failed */
    public ResilientStores(Stores stores, Duration budget) {
        this.stores = stores;
        this.budgetNanos = budget.toNanos();
    }

    @Override
    public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter) {
        return new ResilientRegionStore(stores.region(qualifiedName, ttl, ttlJitter), budgetNanos);
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return new ResilientTableStamps(stores.tables(qualifiedName), budgetNanos);
    }
}
