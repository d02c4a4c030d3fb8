package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;

/** An entry stays for as long as somebody reads it, and goes when nobody has for a while. */
final class IdleEntriesIT {

    private static final Duration IDLE = Duration.ofMillis(1500);

    @Entity(name = "Far")
    @Cacheable
    @RedisCacheRegion(maxIdle = "1500ms")
    static class Far {
        @Id
        Long id = 1L;
    }

    /** The reads that Redis does not hear of count as well. */
    @Entity(name = "Close")
    @Cacheable
    @RedisCacheRegion(maxIdle = "1500ms", near = "true")
    static class Close {
        @Id
        Long id = 1L;
    }

    private static SessionFactory start(String name) {
        return new Configuration()
                .addAnnotatedClass(Far.class)
                .addAnnotatedClass(Close.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "update")
                .setProperty(AvailableSettings.GENERATE_STATISTICS, "true")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(RedisSettings.URL, SharedRedis.url())
                .setProperty(RedisSettings.TIMEOUT, "5s")
                .setProperty(RedisSettings.KEY_PREFIX, name)
                .buildSessionFactory();
    }

    /** How many statements it takes to read both. */
    private static long read(SessionFactory factory) {
        long before = factory.getStatistics().getPrepareStatementCount();
        factory.inTransaction(session -> {
            assertThat(session.find(Far.class, 1L)).isNotNull();
            assertThat(session.find(Close.class, 1L)).isNotNull();
        });
        return factory.getStatistics().getPrepareStatementCount() - before;
    }

    private static long nearHits(SessionFactory factory) {
        return RedisRegionFactory.of(factory)
                .orElseThrow()
                .status()
                .counters()
                .total()
                .nearHits();
    }

    @Test
    void anEntryStaysWhileItIsReadAndGoesThen() throws InterruptedException {
        String name = "idle-" + UUID.randomUUID();
        try (SessionFactory writer = start(name);
                SessionFactory reader = start(name)) {
            writer.inTransaction(session -> {
                session.persist(new Far());
                session.persist(new Close());
            });
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < 2 * IDLE.toNanos()) {
                assertThat(read(reader)).isZero();
                Thread.sleep(20); // the load of an application that reads now and then
            }
            assertThat(nearHits(reader)).isGreaterThan(20);
            Thread.sleep(IDLE.toMillis() + 50); // what is to happen is that nobody reads
            assertThat(read(writer)).isEqualTo(2);
        }
    }
}
