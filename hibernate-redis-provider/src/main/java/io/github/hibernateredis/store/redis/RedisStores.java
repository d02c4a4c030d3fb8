package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisTimeoutException;

/** Makes the stores of one Redis. Thread safe; owns nothing: the client is the caller's to close. */
public final class RedisStores implements Stores {

    private final Supplier<CompletableFuture<Void>> connector;
    private final ConnectionChanges changes;
    private final RedisConnection redis;
    private final String keyPrefix;
    private final long leaseMillis;

    /**
     * @param client asked for at each use, so that it may be made, or found, as late as that; may throw as long as there is
     *     none
     * @param connector makes it or finds it, and says when the first attempt is over
     * @param changes is told by the client
     * @param keyPrefix what every key in Redis begins with
     * @param lockLease how long a lock lives whose owner has died
     */
    public RedisStores(
            Supplier<RedisClient> client,
            Supplier<CompletableFuture<Void>> connector,
            ConnectionChanges changes,
            String keyPrefix,
            Duration lockLease) {
        this.connector = connector;
        this.changes = changes;
        this.redis = new RedisConnection(client);
        this.keyPrefix = keyPrefix;
        this.leaseMillis = lockLease.toMillis();
    }

    @Override
    public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter, int segments) {
        RedisRegionStore.ItemLife life = new RedisRegionStore.ItemLife(ttl.toMillis(), ttlJitter);
        return new SegmentFactory(keyPrefix, qualifiedName, redis, life, leaseMillis, System::nanoTime, changes::count)
                .agreedRegion(segments);
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return new RedisTableStamps(keyPrefix, qualifiedName, redis, leaseMillis, System::nanoTime);
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
        changes.tell(listener);
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RedisException
                && !(cause instanceof RedisTimeoutException)
                && !(cause instanceof RedisConnectionException)
                && !(cause.getCause() instanceof IOException); // as of a connection that nobody accepts
    }
}
