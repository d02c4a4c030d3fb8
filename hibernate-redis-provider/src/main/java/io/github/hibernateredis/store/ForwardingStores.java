package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** Passes all calls on: the base class of decorators. Thread safe if the stores are. */
public abstract class ForwardingStores implements Stores {

    private final Stores stores;

    /** @param stores the stores that receive all calls */
    protected ForwardingStores(Stores stores) {
        this.stores = stores;
    }

    @Override
    public RegionStore region(RegionSpec spec) {
        return stores.region(spec);
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return stores.tables(qualifiedName);
    }

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        return stores.begin(begin);
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        return stores.end(end);
    }

    @Override
    public CompletableFuture<Void> connect() {
        return stores.connect();
    }

    @Override
    public int connectionChanges() {
        return stores.connectionChanges();
    }

    @Override
    public void onConnectionChange(Runnable listener) {
        stores.onConnectionChange(listener);
    }

    @Override
    public void follow(InvalidationListener listener) {
        stores.follow(listener);
    }

    @Override
    public CompletableFuture<Void> nearHeartbeat(Collection<String> owners, Duration publishFor) {
        return stores.nearHeartbeat(owners, publishFor);
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return stores.isRefusal(failure);
    }

    @Override
    public void close() {
        stores.close();
    }
}
