package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.stat.CacheRegionStatistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An overloaded instance stores fewer values, but still finds cached entries. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverloadIT {

    private static final int ROWS = 100_000;
    private static final int LOADERS = 4;
    private static final int READERS = 4;
    private static final int HOT = 500;
    private static final int FILM_BYTES = 10_000_000;
    private static final int FILM_READS = 10;
    private static final int FILM_READERS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Entity(name = "Hot")
    @Cacheable
    static class Hot {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Line")
    @Cacheable
    static class Line {
        @Id
        Long id;

        String name;
    }

    /** Ten megabytes, which take some time to transfer. */
    @Entity(name = "Film")
    @Cacheable
    static class Film {
        @Id
        Long id;

        @Column(length = FILM_BYTES)
        byte[] content;
    }

    private Application one;
    private RedisCommands redis;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    void start() {
        redis = SharedRedis.connect();
        one = Application.on("overload", Hot.class, Line.class, Film.class)
                .set("hibernate.cache.redis.max_value_size", "16MB")
                .set(AvailableSettings.STATEMENT_BATCH_SIZE, "1000")
                .set(AvailableSettings.POOL_SIZE, "20")
                .countNoStatements()
                .start();
        one.transact(session -> {
            session.createNativeMutationQuery(
                            "insert into Line (id, name) select x, 'line ' || x from system_range(1, " + ROWS + ")")
                    .executeUpdate();
            session.createNativeMutationQuery(
                            "insert into Hot (id, name) select x, 'hot ' || x from system_range(1, " + HOT + ")")
                    .executeUpdate();
        });
        one.transact(
                session -> session.createSelectionQuery("from Hot", Hot.class).list());
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        one.close();
        redis.close();
    }

    /** Loaded values go through the limited collector, and reads go before them. */
    @Test
    void hotEntitiesAreFoundBesideBulkLoads() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> reading = new ArrayList<>();
        List<Future<?>> loading = new ArrayList<>();
        one.factory().getStatistics().clear();
        try (LoggedLines log = new LoggedLines()) {
            for (int i = 0; i < READERS; i++) {
                reading.add(threads.submit(() -> {
                    while (!over.get()) {
                        one.find(Hot.class, 1 + ThreadLocalRandom.current().nextLong(HOT));
                    }
                }));
            }
            int each = ROWS / LOADERS;
            for (int i = 0; i < LOADERS; i++) {
                long first = 1 + (long) i * each;
                loading.add(threads.submit(() -> load(first, first + each)));
            }
            for (Future<?> each1 : loading) {
                each1.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            over.set(true);
            for (Future<?> each1 : reading) {
                each1.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(log.warnings()).noneMatch(line -> line.contains("HRP-101"));
        }
        CacheRegionStatistics hot = one.region(Hot.class.getName());
        double share = (double) hot.getHitCount() / (hot.getHitCount() + hot.getMissCount());
        assertThat(share).as("share of hits, of %s", hot).isGreaterThanOrEqualTo(0.99);
        assertThat(storedLines()).as("lines stored").isGreaterThanOrEqualTo(ROWS * 99L / 100);
    }

    /** A long answer takes longer than a request may, although its server is working. */
    @Test
    void aLargeValueIsReadByManyThreadsAndNoBreakerOpens() throws Exception {
        one.transact(session -> {
            Film film = new Film();
            film.id = 1L;
            film.content = new byte[FILM_BYTES];
            ThreadLocalRandom.current().nextBytes(film.content);
            session.persist(film);
        });
        one.find(Film.class, 1L);
        one.factory().getStatistics().clear();
        List<Future<?>> reading = new ArrayList<>();
        try (LoggedLines log = new LoggedLines()) {
            for (int i = 0; i < FILM_READERS; i++) {
                reading.add(threads.submit(() -> {
                    for (int read = 0; read < FILM_READS; read++) {
                        assertThat(one.find(Film.class, 1L).content).hasSize(FILM_BYTES);
                    }
                }));
            }
            for (Future<?> reader : reading) {
                reader.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(log.warnings()).noneMatch(line -> line.contains("HRP-101"));
        }
        assertThat(one.region(Film.class.getName()).getHitCount())
                .as("hits")
                .isGreaterThan(FILM_READERS * FILM_READS / 2);
    }

    private void load(long from, long to) {
        for (long id = from; id < to; id += 500) {
            long first = id;
            one.transact(session -> session.createSelectionQuery("from Line where id between :a and :b", Line.class)
                    .setParameter("a", first)
                    .setParameter("b", Math.min(first + 499, to - 1))
                    .list());
        }
    }

    /** Returns when no more lines come. */
    private long storedLines() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long before = -1;
        long now = one.region(Line.class.getName()).getElementCountInMemory();
        while (now != before && System.nanoTime() < deadline) {
            Thread.sleep(1000);
            before = now;
            now = one.region(Line.class.getName()).getElementCountInMemory();
        }
        return now;
    }
}
