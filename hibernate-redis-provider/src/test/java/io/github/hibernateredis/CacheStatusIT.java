package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.CacheStatus.Availability;
import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.github.hibernateredis.metrics.CacheStatusJmx;
import io.github.hibernateredis.metrics.RedisCacheMetrics;
import io.github.hibernateredis.testing.RedisServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;

/** Checks what an application sees of the cache, while Redis works and during an outage. */
final class CacheStatusIT {

    @Entity(name = "Watched")
    @Cacheable
    static class Watched {
        @Id
        Long id;

        String name;
    }

    /** Created by the ORM from its name. */
    public static final class Counting implements CacheListener {

        static final AtomicInteger REQUESTS = new AtomicInteger();

        @Override
        public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
            REQUESTS.incrementAndGet();
        }
    }

    private static SessionFactory factory(Map<String, Object> settings) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Watched.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:watched")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "create-drop");
        configuration.getProperties().putAll(settings);
        return configuration.buildSessionFactory();
    }

    private static Map<String, Object> settings(RedisServer redis, Object listener) {
        return Map.of(
                AvailableSettings.CACHE_REGION_FACTORY,
                "redis",
                RedisSettings.URL,
                redis.url(),
                RedisSettings.KEY_PREFIX,
                "shop",
                RedisSettings.forRegion(Watched.class.getName(), RedisSettings.TTL),
                "30m",
                RedisSettings.LISTENER,
                listener);
    }

    private static void eventually(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin)
                    .isLessThan(Duration.ofSeconds(30).toNanos());
            Thread.onSpinWait();
        }
    }

    private static void write(SessionFactory factory, long id) {
        factory.inTransaction(session -> {
            Watched watched = session.find(Watched.class, id);
            if (watched == null) {
                watched = new Watched();
                watched.id = id;
                session.persist(watched);
            } else {
                watched.name = watched.name + "x";
            }
        });
    }

    @Test
    @SuppressWarnings("try") // the test reads the MBean through JMX
    void tellsOfAnOutageAndOfItsEnd() throws Exception {
        Counting.REQUESTS.set(0);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        ObjectName bean = new ObjectName("io.github.hibernateredis:type=CacheStatus,name=\"shop\"");
        String region = Watched.class.getName();
        try (RedisServer redis = RedisServer.start();
                SessionFactory factory = factory(settings(redis, Counting.class.getName()));
                RedisCacheMetrics metrics = new RedisCacheMetrics(factory, "shop", List.of());
                CacheStatusJmx jmx = new CacheStatusJmx(factory, "shop")) {
            metrics.bindTo(meters);
            assertThat(CacheStatus.of(factory).availability()).isEqualTo(Availability.NOT_CONNECTED);
            assertThat(CacheStatus.of(factory).keyPrefix()).isEqualTo("shop");
            assertThat(CacheStatus.of(factory).regions())
                    .filteredOn(known -> known.name().equals(region))
                    .singleElement()
                    .satisfies(known -> assertThat(known.settings())
                            .containsEntry("ttl", "30m")
                            .containsEntry("outage_policy", "available"));

            write(factory, 1);
            assertThat(CacheStatus.of(factory).available()).isTrue();
            assertThat(Counting.REQUESTS).hasPositiveValue();
            assertThat(meters.get(RedisCacheMetrics.AVAILABLE).gauge().value()).isOne();
            Timer writes = meters.get(RedisCacheMetrics.REQUESTS)
                    .tags("operation", "write", "outcome", "success", "entityManagerFactory", "shop")
                    .timer();
            eventually(() -> writes.count() > 0);
            assertThat(beans.getAttribute(bean, "Availability")).isEqualTo("AVAILABLE");

            redis.pause();
            eventually(() -> {
                write(factory, 1);
                return !CacheStatus.of(factory).available();
            });
            CacheStatus outage = CacheStatus.of(factory);
            assertThat(outage.breaker()).isNotEqualTo(BreakerState.CLOSED);
            assertThat(outage.reason()).startsWith("No answer in time");
            assertThat(outage.bypassedRegions()).contains(region);
            eventually(() -> !CacheStatus.of(factory).pendingInvalidations().isEmpty());
            assertThat(CacheStatus.of(factory).pendingInvalidations())
                    .extracting(CacheStatus.PendingInvalidation::owner)
                    .contains(region);
            assertThat(meters.get(RedisCacheMetrics.PENDING)
                            .tag("region", region)
                            .gauge()
                            .value())
                    .isOne();
            assertThat(beans.getAttribute(bean, "Availability")).isEqualTo("UNAVAILABLE");
            assertThat(beans.getAttribute(bean, "PendingInvalidations")).isNotNull();

            redis.resume();
            eventually(() -> CacheStatus.of(factory).bypassedRegions().isEmpty());
            assertThat(CacheStatus.of(factory).available()).isTrue();
            assertThat(CacheStatus.of(factory).pendingInvalidations()).isEmpty();
            // Reported a moment after the state has changed.
            eventually(() -> meters.get(RedisCacheMetrics.PENDING)
                            .tag("region", region)
                            .gauge()
                            .value()
                    == 0);
        }
        assertThat(beans.isRegistered(bean)).isFalse();
        assertThat(meters.get(RedisCacheMetrics.AVAILABLE).gauge().value()).isNaN();
    }

    @Test
    void hitsAndMissesAreCountedByRegion() {
        String region = Watched.class.getName();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (RedisServer redis = RedisServer.start();
                SessionFactory factory = factory(settings(redis, Counting.class.getName()));
                RedisCacheMetrics metrics = new RedisCacheMetrics(factory, "shop", List.of())) {
            metrics.bindTo(meters);
            write(factory, 1);
            eventually(() -> {
                factory.inSession(session -> session.find(Watched.class, 1L));
                return CacheStatus.of(factory).counters().total().hits() > 0;
            });
            factory.inSession(session -> session.find(Watched.class, 2L));
            CacheCounters.Region counted =
                    CacheStatus.of(factory).counters().regions().get(region);
            assertThat(counted.misses().get(MissReason.ABSENT)).isPositive();
            assertThat(counted.puts().get(PutOutcome.STORED)).isPositive();
            assertThat(count(meters, RedisCacheMetrics.HITS, region)).isEqualTo(counted.hits());
            assertThat(count(meters, RedisCacheMetrics.MISSES, region))
                    .isEqualTo(counted.misses().values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
        }
    }

    private static double count(SimpleMeterRegistry meters, String meter, String region) {
        return meters.get(meter).tag("region", region).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void tellsWhyThereIsNoConnection() {
        Map<String, Object> settings =
                Map.of(AvailableSettings.CACHE_REGION_FACTORY, "redis", RedisSettings.URL, "redis://127.0.0.1:1");
        try (SessionFactory factory = factory(settings)) {
            assertThat(CacheStatus.of(factory).reason()).isNull();
            write(factory, 1);
            eventually(() -> CacheStatus.of(factory).reason() != null);
            CacheStatus status = CacheStatus.of(factory);
            assertThat(status.availability()).isEqualTo(Availability.NOT_CONNECTED);
            assertThat(status.reason()).startsWith("Connection refused");
            assertThat(status.bypassedRegions()).contains(Watched.class.getName());
        }
    }

    @Test
    void listenersComeAndGo() {
        AtomicInteger requests = new AtomicInteger();
        CacheListener listener = new CacheListener() {
            @Override
            public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
                requests.incrementAndGet();
            }
        };
        try (RedisServer redis = RedisServer.start();
                SessionFactory factory = factory(settings(redis, listener))) {
            write(factory, 1);
            assertThat(requests).hasPositiveValue();
            RedisRegionFactory regions = RedisRegionFactory.of(factory).orElseThrow();
            regions.removeListener(listener);
            int before = requests.get();
            write(factory, 1);
            assertThat(requests).hasValue(before);
            regions.addListener(listener);
            write(factory, 1);
            assertThat(requests.get()).isGreaterThan(before);
        }
    }

    @Test
    void whatIsNoListenerStopsTheStart() {
        assertThatThrownBy(() -> factory(Map.of(
                        AvailableSettings.CACHE_REGION_FACTORY,
                        "redis",
                        RedisSettings.LISTENER,
                        "com.acme.NoListener")))
                .rootCause()
                .isNotNull();
        assertThatThrownBy(() -> factory(Map.of(
                        AvailableSettings.CACHE_REGION_FACTORY, "redis", RedisSettings.LISTENER, "java.util.Map")))
                .hasStackTraceContaining(RedisSettings.LISTENER + " = java.util.Map: expected a ");
    }

    @Test
    void anotherPersistenceProviderHasNoStatus() {
        EntityManagerFactory other = (EntityManagerFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {EntityManagerFactory.class},
                (proxy, method, arguments) -> {
                    throw new PersistenceException("cannot unwrap");
                });
        assertThat(RedisRegionFactory.of(other)).isEmpty();
    }

    @Test
    void anotherCacheHasNoStatus() {
        try (SessionFactory factory = factory(Map.of(AvailableSettings.USE_SECOND_LEVEL_CACHE, "false"))) {
            assertThat(RedisRegionFactory.of(factory)).isEmpty();
            assertThatThrownBy(() -> CacheStatus.of(factory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("hibernate.cache.region.factory_class");
        }
    }
}
