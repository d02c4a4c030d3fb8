package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reading ahead takes one request for each thousand entries, even in large collections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeCollectionsIT {

    private static final int SIZE = 21_000;

    @Entity(name = "Shelf")
    @Cacheable
    static class Shelf {
        @Id
        Long id;

        @OneToMany(mappedBy = "shelf")
        @Cache(usage = READ_WRITE)
        List<Volume> volumes = new ArrayList<>();
    }

    @Entity(name = "Volume")
    @Cacheable
    static class Volume {
        @Id
        Long id;

        @ManyToOne
        Shelf shelf;
    }

    private Application one;
    private RedisCommands redis;

    @BeforeAll
    void start() {
        redis = SharedRedis.connect();
        one = Application.on("large-collections", Shelf.class, Volume.class)
                .set("hibernate.cache.redis.timeout", "20s")
                .set(AvailableSettings.QUERY_CACHE_LAYOUT, "SHALLOW")
                .set(AvailableSettings.STATEMENT_BATCH_SIZE, "1000")
                .countNoStatements()
                .start();
        one.transact(session -> {
            Shelf shelf = new Shelf();
            shelf.id = 1L;
            session.persist(shelf);
            for (long i = 0; i < SIZE; i++) {
                Volume volume = new Volume();
                volume.id = i;
                volume.shelf = shelf;
                session.persist(volume);
            }
        });
    }

    @AfterAll
    void stop() {
        one.close();
        redis.close();
    }

    @Test
    void aCollectionIsOneRequestForAThousand() {
        assertFewRequests(
                session -> assertThat(session.find(Shelf.class, 1L).volumes).hasSize(SIZE));
    }

    @Test
    void aQueryIsOneRequestForAThousand() {
        assertFewRequests(session -> assertThat(session.createSelectionQuery("from Volume", Volume.class)
                        .setCacheable(true)
                        .getResultList())
                .hasSize(SIZE));
    }

    private void assertFewRequests(Consumer<Session> reading) {
        for (int loads = 0; loads < 3; loads++) {
            one.transact(reading);
        }
        one.factory().getStatistics().clear();
        redis.resetStatistics();
        one.transact(reading);
        assertThat(one.factory().getStatistics().getPrepareStatementCount())
                .as("statements")
                .isZero();
        assertThat(redis.commandStats().get("hmget")).isBetween((long) SIZE / 1000, 2L * SIZE / 1000);
    }
}
