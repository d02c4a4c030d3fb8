package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.RedisCacheInspector;
import io.github.hibernateredis.RedisCacheWarmup;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;

/** A warm-up and the inspector with each version of Hibernate. */
final class WarmUpIT {

    @Entity(name = "Warmed")
    @Cacheable
    static class Warmed {
        @Id
        Long id;

        String name;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<String> tags = new HashSet<>();
    }

    private static SessionFactory factory(String prefix, Map<String, String> more) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Warmed.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:warmed;DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "update")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(RedisSettings.URL, SharedRedis.url())
                .setProperty(RedisSettings.TIMEOUT, "5s")
                .setProperty(RedisSettings.KEY_PREFIX, prefix);
        more.forEach(configuration::setProperty);
        return configuration.buildSessionFactory();
    }

    private static long entries(RedisCacheInspector inspector) {
        return inspector
                .region(Warmed.class.getName())
                .map(region -> region.entries())
                .orElse(0L);
    }

    @Test
    void beginsAfterTheStartAndFromCode() {
        String prefix = "warm-" + UUID.randomUUID();
        try (SessionFactory factory = factory(prefix, Map.of())) {
            factory.inTransaction(session -> {
                for (long id = 1; id <= 30; id++) {
                    Warmed warmed = new Warmed();
                    warmed.id = id;
                    warmed.name = "name " + id;
                    warmed.tags.add("tag");
                    session.persist(warmed);
                }
            });
            factory.getCache().evictAllRegions();
            RedisCacheWarmup.Result result = RedisCacheWarmup.of(factory)
                    .batchSize(7)
                    .query(Warmed.class, "select id from Warmed where id <= :most", Map.of("most", 5L))
                    .entities(Warmed.class)
                    .collections(Warmed.class, "tags")
                    .run();
            assertThat(result.outcome()).as(result.toString()).isEqualTo(RedisCacheWarmup.Outcome.COMPLETED);
            assertThat(List.of(result.found(), result.loaded(), result.stored()))
                    .containsExactly(5L, 60L, 60L);
            factory.getCache().evictAllRegions();
        }
        try (SessionFactory factory = factory(prefix, Map.of(RedisSettings.WARM_UP, Warmed.class.getName()));
                RedisCacheInspector inspector = RedisCacheInspector.of(factory)) {
            long begin = System.nanoTime();
            while (entries(inspector) < 30) {
                assertThat(System.nanoTime() - begin)
                        .isLessThan(Duration.ofSeconds(30).toNanos());
                Thread.onSpinWait();
            }
            assertThat(inspector
                            .entry(Warmed.class, 7L)
                            .orElseThrow()
                            .value()
                            .content()
                            .values())
                    .isEqualTo(Map.of("name", "name 7"));
        }
    }
}
