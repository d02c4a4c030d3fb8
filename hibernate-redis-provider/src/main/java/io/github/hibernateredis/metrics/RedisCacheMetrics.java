package io.github.hibernateredis.metrics;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.RedisRegionFactory;
import io.github.hibernateredis.events.BreakerState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.persistence.EntityManagerFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;
import org.hibernate.cache.CacheException;

/**
 * The Micrometer meters of one session factory's cache. They do not need Hibernate's statistics, which
 * {@code HibernateMetrics} of {@code org.hibernate.orm:hibernate-micrometer} publishes.
 *
 * <table>
 * <caption>Meters, all with the tag {@code entityManagerFactory}</caption>
 * <tr><th>name</th><th>type</th><th>further tags</th></tr>
 * <tr><td>{@value #AVAILABLE}</td><td>gauge, 0 or 1</td><td></td></tr>
 * <tr><td>{@value #BREAKER}</td><td>gauge, 0 or 1</td><td>{@code state}</td></tr>
 * <tr><td>{@value #BYPASSED}</td><td>gauge</td><td></td></tr>
 * <tr><td>{@value #PENDING}</td><td>gauge, 0 or 1</td><td>{@code region}</td></tr>
 * <tr><td>{@value #REQUESTS}</td><td>timer</td><td>{@code operation}, {@code outcome}</td></tr>
 * <tr><td>{@value #HEARTBEATS}</td><td>timer</td><td>{@code late}</td></tr>
 * <tr><td>{@value #HITS}</td><td>counter</td><td>{@code region}</td></tr>
 * <tr><td>{@value #NEAR_HITS}</td><td>counter</td><td>{@code region}</td></tr>
 * <tr><td>{@value #MISSES}</td><td>counter</td><td>{@code region}, {@code reason}</td></tr>
 * <tr><td>{@value #PUTS}</td><td>counter</td><td>{@code region}, {@code result}</td></tr>
 * <tr><td>{@value #LOAD_WAITS}</td><td>timer</td><td>{@code region}, {@code result}</td></tr>
 * <tr><td>{@value #RELOADS}</td><td>timer</td><td>{@code region}, {@code result}</td></tr>
 * <tr><td>{@value #STALE_HITS}</td><td>counter</td><td>{@code region}</td></tr>
 * <tr><td>{@value #BYPASSES}</td><td>counter</td><td>{@code region}, {@code reason}</td></tr>
 * <tr><td>{@value #DECODE_FAILURES}</td><td>counter</td><td>{@code region}</td></tr>
 * </table>
 *
 * <p>Thread safe.
 *
 * @since 0.1.0
 */
public final class RedisCacheMetrics implements MeterBinder, AutoCloseable {

    static final String PREFIX = "hibernate.cache.redis.";

    /** Whether the cache is used: 1 or 0. */
    public static final String AVAILABLE = PREFIX + "available";

    /** The state of the circuit breaker: 1 for the current state, 0 for the others. */
    public static final String BREAKER = PREFIX + "breaker.state";

    /** The number of regions that this instance does not use. */
    public static final String BYPASSED = PREFIX + "regions.bypassed";

    /** 1 for each region that is bypassed until it has been invalidated in Redis, otherwise 0. */
    public static final String PENDING = PREFIX + "invalidations.pending";

    /** Requests to Redis, with their duration. */
    public static final String REQUESTS = PREFIX + "requests";

    /** Heartbeats, with their duration. */
    public static final String HEARTBEATS = PREFIX + "heartbeats";

    /** Entries that were found and used. */
    public static final String HITS = PREFIX + "hits";

    /** Those of the hits that were found in the memory of this instance. */
    public static final String NEAR_HITS = PREFIX + "hits.near";

    /** Lookups without a usable entry. */
    public static final String MISSES = PREFIX + "misses";

    /** Loaded or written values, by what happened to them. */
    public static final String PUTS = PREFIX + "puts";

    /**
     * How long sessions have waited for loads of others: {@code load_wait}. Appears after the first wait in a region.
     */
    public static final String LOAD_WAITS = PREFIX + "load.waits";

    /**
     * Loads of entries that were still served: {@code early_refresh} and {@code stale_ttl}. Only for regions where
     * there was one.
     */
    public static final String RELOADS = PREFIX + "reloads";

    /** Hits of entries whose TTL was over: {@code stale_ttl}. Only for regions where there was one. */
    public static final String STALE_HITS = PREFIX + "hits.stale";

    /** Operations that went to the database because the region was bypassed. */
    public static final String BYPASSES = PREFIX + "bypasses";

    /** Entries that could not be read. */
    public static final String DECODE_FAILURES = PREFIX + "decode.failures";

    private final RedisRegionFactory regionFactory;
    private final Tags tags;
    private final Queue<MeteringListener> bound = new ConcurrentLinkedQueue<>();

    /**
     * @param factory a session factory whose cache is in Redis
     * @param name its name, the value of the tag {@code entityManagerFactory}
     * @param tags further tags of all meters
     * @throws IllegalArgumentException if the session factory has no second-level cache, or another one
     */
    public RedisCacheMetrics(EntityManagerFactory factory, String name, Iterable<Tag> tags) {
        this.regionFactory = RedisRegionFactory.of(factory)
                .orElseThrow(() -> new IllegalArgumentException("The session factory does not cache in Redis"));
        this.tags = Tags.concat(tags, "entityManagerFactory", name);
    }

    /** Registers the meters and starts to count. Call it once for each registry. */
    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(AVAILABLE, "Whether the cache is used", tags, status -> status.available() ? 1 : 0)
                .register(registry);
        for (BreakerState state : BreakerState.values()) {
            gauge(
                            BREAKER,
                            "The state of the circuit breaker",
                            tags.and("state", MeteringListener.lower(state)),
                            status -> status.breaker() == state ? 1 : 0)
                    .register(registry);
        }
        gauge(
                        BYPASSED,
                        "Regions that this instance does not use",
                        tags,
                        status -> status.bypassedRegions().size())
                .register(registry);
        MeteringListener listener = new MeteringListener(registry, tags);
        CacheStatus status = regionFactory.status();
        status.regions().forEach(region -> listener.register(region.name()));
        regionFactory.addListener(listener);
        bound.add(listener);
        regionFactory
                .status()
                .pendingInvalidations()
                .forEach(pending -> listener.pending(pending.owner()).set(1));
    }

    /** Stops counting. The meters stay registered. */
    @Override
    public void close() {
        for (MeteringListener listener = bound.poll(); listener != null; listener = bound.poll()) {
            regionFactory.removeListener(listener);
        }
    }

    private Gauge.Builder<?> gauge(String name, String description, Tags all, ToDoubleFunction<CacheStatus> value) {
        return Gauge.builder(name, regionFactory, factory -> read(factory, value))
                .description(description)
                .tags(all)
                .strongReference(true);
    }

    private static double read(RedisRegionFactory factory, ToDoubleFunction<CacheStatus> value) {
        try {
            return value.applyAsDouble(factory.status());
        } catch (CacheException stopped) {
            return Double.NaN;
        }
    }
}
