package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.UnavailableException;
import io.github.hibernateredis.store.WriteFailures;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Creates the stores of one Redis. Thread safe; closes nothing: the caller closes the client. */
public final class RedisStores implements Stores {

    private final Supplier<CompletableFuture<Void>> connector;
    private final ConnectionChanges changes;
    private final RegionContext context;
    private final RedisTransactions transactions;
    private final NearChannels channels;
    private final Map<String, RedisRegionStore> regions = new ConcurrentHashMap<>();
    private final Map<String, RedisTableStamps> tables = new ConcurrentHashMap<>();
    private final Map<String, PutCollector> puts = new ConcurrentHashMap<>();

    /**
     * @param client called at each use, so that the client can be created or looked up late; may throw while there is
     *     none
     * @param connector creates or finds the client, and completes when the first attempt has ended
     * @param changes receives the connection events of the client
     * @param keyPrefix the prefix of every key in Redis
     * @param lockLease the lease of a lock
     * @param guard receives every request
     * @param events receives the outcomes of values
     */
    public RedisStores(
            Supplier<RedisClient> client,
            Supplier<CompletableFuture<Void>> connector,
            ConnectionChanges changes,
            String keyPrefix,
            Duration lockLease,
            RequestGuard guard,
            CacheListener events) {
        this(connector, changes, keyPrefix, lockLease, new RedisConnection(client, guard), events, System::nanoTime);
    }

    /** @param nanoTime the clock of the moments that callers pass */
    RedisStores(
            Supplier<CompletableFuture<Void>> connector,
            ConnectionChanges changes,
            String keyPrefix,
            Duration lockLease,
            RedisConnection redis,
            CacheListener events,
            LongSupplier nanoTime) {
        this.connector = connector;
        this.changes = changes;
        this.context = new RegionContext(
                redis,
                keyPrefix,
                lockLease.toMillis(),
                route -> puts.computeIfAbsent(route.server(), server -> new PutCollector(redis, events)),
                this::isRefusal,
                events,
                nanoTime,
                changes::count);
        this.channels = new NearChannels(redis, nanoTime, regions::get, tables::get);
        this.transactions = new RedisTransactions(redis, lockLease.toMillis(), events, regions::get, tables::get);
    }

    @Override
    public RegionStore region(RegionSpec spec) {
        return regions.computeIfAbsent(spec.name(), name -> new RedisRegionStore(spec, context));
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return tables.computeIfAbsent(
                qualifiedName,
                name -> new RedisTableStamps(
                        context.keyPrefix(), name, context.redis(), context.leaseMillis(), context.nanoTime()));
    }

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        return transactions.begin(begin);
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        return transactions.end(end);
    }

    @Override
    public CompletableFuture<Void> connect() {
        return connector.get();
    }

    @Override
    public int connectionChanges() {
        return changes.count();
    }

    @Override
    public void onConnectionChange(Runnable listener) {
        changes.addListener(listener);
    }

    @Override
    public void follow(InvalidationListener listener) {
        channels.follow(listener);
    }

    @Override
    public CompletableFuture<Void> nearHeartbeat(Collection<String> owners, Duration publishFor) {
        return channels.heartbeat(owners, publishFor);
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return isAnswer(failure);
    }

    /** Whether this failure of a request is an error reply of the server. */
    public static boolean isAnswer(Throwable failure) {
        return FailureKind.of(failure).isAnswer();
    }

    /** Describes the failure and what to do, for the log. */
    public static String describe(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean isOurs = cause instanceof UnavailableException || cause instanceof OverloadedException;
        return isOurs ? String.valueOf(cause.getMessage()) : FailureKind.describe(failure);
    }

    @Override
    public void close() {
        channels.close();
    }
}
