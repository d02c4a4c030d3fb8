package io.github.hibernateredis;

import io.github.hibernateredis.codec.AbsentRow;
import io.github.hibernateredis.codec.StoredBody;
import io.github.hibernateredis.config.ProviderConfig;
import io.github.hibernateredis.inspection.EntryDetails;
import io.github.hibernateredis.inspection.RegionDetails;
import io.github.hibernateredis.store.StoredValue;
import io.github.hibernateredis.store.redis.RedisClient;
import io.github.hibernateredis.store.redis.RedisInspection;
import io.github.hibernateredis.store.redis.RedisStores;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.hibernate.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * Shows what the regions in Redis contain, and evicts entries for all instances: for support, tests and tools.
 *
 * <pre>{@code
 * RedisCacheInspector inspector = RedisCacheInspector.of(sessionFactory);
 * inspector.regions().forEach(region -> log.info(region.name() + ": " + region.entries()));
 * inspector.entry(Product.class, 42L).ifPresent(entry -> log.info(entry.toString()));
 * }</pre>
 *
 * <p>Each request is small and bounded: keys are sampled, regions are found by {@code SCAN}, and {@code KEYS} is never
 * sent. An eviction follows the consistency protocol: it is valid for all instances and for loads that are in progress.
 * It never deletes a Redis key.
 *
 * <p>The methods wait for Redis as long as the client's own timeout allows, and ignore the circuit breaker. If Redis
 * cannot be reached or replies with an error, they throw a {@link CacheException} that says what to do. Thread safe.
 *
 * @since 0.1.0
 */
public final class RedisCacheInspector implements AutoCloseable {

    private static final int MOST_KEYS = 10_000;

    private final Supplier<RedisClient> client;
    private final RedisInspection redis;
    private final @Nullable InspectedFactory factory;
    private final Runnable closing;

    RedisCacheInspector(
            Supplier<RedisClient> client, String keyPrefix, @Nullable InspectedFactory factory, Runnable closing) {
        this.client = client;
        this.redis = new RedisInspection(client, keyPrefix);
        this.factory = factory;
        this.closing = closing;
    }

    /**
     * Creates an inspector for the regions of a session factory. It uses the client of that factory and shows values by
     * attribute name.
     *
     * @throws IllegalArgumentException if the second-level cache of the session factory is another one
     */
    public static RedisCacheInspector of(EntityManagerFactory factory) {
        return RedisRegionFactory.of(factory)
                .map(redis -> RedisRegionFactory.inspector(factory, redis))
                .orElseThrow(() ->
                        new IllegalArgumentException("The second-level cache of the session factory is not in Redis"));
    }

    /**
     * Creates an inspector without a session factory. It opens its own connection, which {@link #close()} closes, and
     * shows values as bytes.
     *
     * @param settings the {@link RedisSettings} that name the servers and the key prefix
     * @throws CacheException if a setting is wrong, or if Redis cannot be reached
     */
    public static RedisCacheInspector connect(Map<String, Object> settings) {
        ProviderConfig config = ProviderConfig.from(settings);
        RedisClients clients = RedisClients.alone(config.connection(), config.timeout());
        try {
            clients.connect().join();
            String problem = clients.problem();
            if (problem != null) {
                throw new CacheException("Redis cannot be reached: " + problem);
            }
            return new RedisCacheInspector(clients, config.keyPrefix(), null, clients::close);
        } catch (RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    /**
     * Lists the regions in alphabetical order: the regions of the session factory that exist in Redis or, without a
     * session factory, all regions under the key prefix.
     */
    public List<RegionDetails> regions() {
        InspectedFactory known = factory;
        Set<String> names = known == null ? caught(redis::names) : new TreeSet<>(known.regions());
        List<CompletableFuture<@Nullable RegionDetails>> all =
                names.stream().map(redis::region).toList();
        return all.stream().map(this::answer).filter(Objects::nonNull).toList();
    }

    /**
     * Describes one region.
     *
     * @param name its qualified name; with a session factory the unqualified name works as well
     * @return the region; empty if it does not exist in Redis, because it was never used or its data was lost
     */
    public Optional<RegionDetails> region(String name) {
        return Optional.ofNullable(answer(redis.region(qualified(name))));
    }

    /**
     * Returns some keys of a region, chosen at random.
     *
     * @param region the region's name, as for {@link #region}
     * @param most how many keys at most, 1 to 10,000
     * @return the keys in alphabetical order; empty if the region has none or does not exist
     */
    public SortedSet<String> keys(String region, int most) {
        if (most < 1 || most > MOST_KEYS) {
            throw new IllegalArgumentException(most + " keys: expected 1 to " + MOST_KEYS);
        }
        return answer(redis.sample(qualified(region), most));
    }

    /**
     * Describes one entry by its key.
     *
     * @param region the region's name, as for {@link #region}
     * @param key the key as Redis stores it: {@code 42}, {@code #42} for a collection, {@code acme|42} for a tenant
     * @return the entry; empty if the region does not exist. A key without a stored value still has a floor and locks
     */
    public Optional<EntryDetails> entry(String region, String key) {
        String name = qualified(region);
        RedisInspection.Entry entry = answer(redis.entry(name, checked(key)));
        return entry == null
                ? Optional.empty()
                : Optional.of(new EntryDetails(
                        name,
                        key,
                        entry.segment(),
                        value(name, entry),
                        entry.floor(),
                        entry.version(),
                        entry.locks(),
                        entry.regionLocks()));
    }

    /**
     * Describes the entry of one entity.
     *
     * @param entity its class, or the root class of its hierarchy
     * @param id its identifier
     * @throws IllegalStateException if the inspector has no session factory
     * @throws IllegalArgumentException if the class is not an entity that is cached in Redis
     */
    public Optional<EntryDetails> entry(Class<?> entity, Object id) {
        InspectedFactory known = factory;
        if (known == null) {
            throw new IllegalStateException(
                    "Without a session factory the key of an entity is unknown: pass region and key");
        }
        InspectedFactory.Place place = known.place(entity, id);
        return entry(place.region(), place.key());
    }

    private EntryDetails.@Nullable Value value(String region, RedisInspection.Entry entry) {
        byte[] stored = entry.stored();
        if (stored == null) {
            return null;
        }
        StoredValue item = entry.item();
        StoredBody body = item == null ? null : StoredBody.read(item.value());
        if (item == null || body == null) {
            return valueless(stored, entry);
        }
        Duration remaining = Duration.ofMillis(item.expiry() - entry.micros() / 1_000);
        boolean absent = AbsentRow.is(item.value());
        EntryDetails.State live = absent ? EntryDetails.State.ABSENT_ROW : EntryDetails.State.LIVE;
        EntryDetails.State state = remaining.isNegative() || remaining.isZero() ? EntryDetails.State.EXPIRED : live;
        if (absent) {
            return new EntryDetails.Value(state, stored.length, item.stamp(), remaining, "", "none", new byte[0], null);
        }
        return new EntryDetails.Value(
                state,
                stored.length,
                item.stamp(),
                remaining,
                body.checksum(),
                body.compression(),
                body.payload(),
                factory == null ? null : factory.content(region, item.value()));
    }

    private static EntryDetails.Value valueless(byte[] stored, RedisInspection.Entry entry) {
        Duration loading = Duration.ofMillis(StoredValue.loadingUntil(stored) - entry.micros() / 1_000);
        return loading.isNegative()
                ? new EntryDetails.Value(
                        EntryDetails.State.UNREADABLE, stored.length, 0, Duration.ZERO, "", "unknown", stored, null)
                : new EntryDetails.Value(
                        EntryDetails.State.LOADING, stored.length, 0, loading, "", "none", new byte[0], null);
    }

    /**
     * Evicts one entry, for all instances.
     *
     * @param region the region's name, as for {@link #region}
     * @param key the key, as for {@link #entry(String, String)}
     * @return whether the region exists
     */
    public boolean evict(String region, String key) {
        return answer(redis.evict(qualified(region), checked(key)));
    }

    /**
     * Invalidates a region for all instances, in constant time.
     *
     * @param region the region's name, as for {@link #region}
     * @return whether the region exists
     */
    public boolean evict(String region) {
        return answer(redis.clear(qualified(region)));
    }

    /** The Redisson client, for requests that the inspector does not offer. The caller must not close it. */
    public RedissonClient client() {
        return caught(client::get).redisson();
    }

    private static String checked(String key) {
        if (key.isEmpty() || key.startsWith("!")) {
            throw new IllegalArgumentException("\"" + key + "\" is not the key of an entry");
        }
        return key;
    }

    private String qualified(String region) {
        return factory == null ? region : factory.qualify(region);
    }

    private <T extends @Nullable Object> T answer(CompletableFuture<T> reply) {
        return caught(reply::join);
    }

    private static <T extends @Nullable Object> T caught(Supplier<T> request) {
        try {
            return request.get();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CacheException(RedisStores.describe(cause), cause);
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CacheException(RedisStores.describe(e), e);
        }
    }

    /** Closes the connection if {@link #connect} opened it. Does nothing otherwise. */
    @Override
    public void close() {
        closing.run();
    }
}
