package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.time.Duration;
import java.util.function.Supplier;

/** Makes the stores of one Redis. Thread safe; owns nothing: the client is the caller's to close. */
public final class RedisStores implements Stores {

    private final RedisConnection redis;
    private final String keyPrefix;
    private final long leaseMillis;

    /**
     * @param client asked for at each use, so that it may be made, or found, as late as that; may throw as long as there is
     *     none
     * @param keyPrefix what every key in Redis begins with
     * @param lockLease how long a lock lives whose owner has died
     */
    public RedisStores(Supplier<RedisClient> client, String keyPrefix, Duration lockLease) {
        this.redis = new RedisConnection(client);
        this.keyPrefix = keyPrefix;
        this.leaseMillis = lockLease.toMillis();
    }

    @Override
    public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter) {
        RedisRegionStore.ItemLife life = new RedisRegionStore.ItemLife(ttl.toMillis(), ttlJitter);
        return new RedisRegionStore(keyPrefix, qualifiedName, redis, life, leaseMillis, System::nanoTime);
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return new RedisTableStamps(keyPrefix, qualifiedName, redis, leaseMillis, System::nanoTime);
    }
}
