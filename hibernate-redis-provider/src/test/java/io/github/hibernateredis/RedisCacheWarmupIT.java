package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.RedisCacheWarmup.Outcome;
import io.github.hibernateredis.RedisCacheWarmup.Position;
import io.github.hibernateredis.RedisCacheWarmup.Progress;
import io.github.hibernateredis.RedisCacheWarmup.Result;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostLoad;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.TenantId;
import org.hibernate.cache.CacheException;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks what a warm-up loads, what it skips, and what it never stores. */
final class RedisCacheWarmupIT {

    @Entity(name = "Warm")
    @Cacheable
    static class Warm {

        static final AtomicReference<Consumer<Long>> ON_LOAD = new AtomicReference<>(id -> {});

        @Id
        Long id;

        String name;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<String> tags = new HashSet<>();

        @PostLoad
        void loaded() {
            ON_LOAD.get().accept(id);
        }
    }

    @Embeddable
    record Place(int shelf, int level) implements Serializable {}

    @Entity(name = "Placed")
    @Cacheable
    static class Placed {
        @EmbeddedId
        Place place;
    }

    @Entity(name = "Cold")
    static class Cold {
        @Id
        Long id;
    }

    private static final RedisServer REDIS = RedisServer.start();
    private final List<SessionFactory> opened = new ArrayList<>();
    private SessionFactory factory;

    private SessionFactory open(Map<String, String> more) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Warm.class)
                .addAnnotatedClass(Placed.class)
                .addAnnotatedClass(Cold.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:warm;DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "update")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(AvailableSettings.GENERATE_STATISTICS, "true")
                .setProperty(AvailableSettings.STATEMENT_BATCH_SIZE, "500")
                .setProperty(AvailableSettings.POOL_SIZE, "10")
                .setProperty(RedisSettings.URL, REDIS.url())
                .setProperty(RedisSettings.TIMEOUT, "5s");
        more.forEach(configuration::setProperty);
        SessionFactory made = configuration.buildSessionFactory();
        opened.add(made);
        return made;
    }

    @BeforeEach
    void start() {
        factory = open(Map.of());
        factory.getSchemaManager().truncateMappedObjects();
        try (RedisCommands redis = REDIS.connect()) {
            redis.flushAll();
        }
    }

    @AfterEach
    void close() {
        Warm.ON_LOAD.set(id -> {});
        opened.forEach(SessionFactory::close);
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    /** Creates rows, and leaves the cache empty. */
    private void rows(int number) {
        factory.inTransaction(session -> {
            session.createNativeMutationQuery(
                            "insert into Warm(id, name) select x, 'name ' || x from system_range(1, " + number + ")")
                    .executeUpdate();
            if (number < 1_000) {
                session.createNativeMutationQuery("insert into Warm_tags(Warm_id, tags) select id, 'tag' from Warm")
                        .executeUpdate();
            }
        });
        factory.getCache().evictAllRegions();
        eventually(() -> cached(factory) == 0);
        factory.getStatistics().clear();
    }

    private static void eventually(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin)
                    .isLessThan(Duration.ofSeconds(30).toNanos());
            Thread.onSpinWait();
        }
    }

    private static long cached(SessionFactory factory) {
        try (RedisCacheInspector inspector = RedisCacheInspector.of(factory)) {
            return inspector.region(Warm.class.getName()).orElseThrow().entries();
        }
    }

    private RedisCacheWarmup warmup() {
        return RedisCacheWarmup.of(factory).batchSize(10);
    }

    @Test
    void loadsAllEntitiesAndThenNothingMore() {
        rows(95);
        Result first = warmup().entities(Warm.class).run();
        assertThat(first.outcome()).as(first.toString()).isEqualTo(Outcome.COMPLETED);
        assertThat(List.of(first.found(), first.loaded(), first.stored())).containsExactly(0L, 95L, 95L);
        assertThat(first.position()).isNull();
        assertThat(cached(factory)).isEqualTo(95);
        factory.getStatistics().clear();
        Result second = warmup().entities(Warm.class).run();
        assertThat(List.of(second.found(), second.loaded(), second.stored())).containsExactly(95L, 0L, 0L);
        assertThat(factory.getStatistics().getPrepareStatementCount())
                .as("pages of identifiers")
                .isEqualTo(10);
        factory.inTransaction(session -> session.find(Warm.class, 42L));
        assertThat(factory.getStatistics().getSecondLevelCacheHitCount()).isEqualTo(1);
    }

    @Test
    void loadsByIdentifiersAndByQuery() {
        rows(50);
        Result result = warmup().entities(Warm.class, List.of(1L, 2L, 999L))
                .query(Warm.class, "select id from Warm where id > :least", Map.of("least", 45L))
                .run();
        assertThat(List.of(result.found(), result.loaded(), result.stored())).containsExactly(0L, 7L, 7L);
        assertThat(factory.getCache().containsEntity(Warm.class, 50L)).isTrue();
        assertThat(factory.getCache().containsEntity(Warm.class, 3L)).isFalse();
    }

    @Test
    void loadsCollections() {
        rows(25);
        Result result = warmup().collections(Warm.class, "tags").run();
        assertThat(List.of(result.found(), result.loaded(), result.stored())).containsExactly(0L, 25L, 25L);
        assertThat(factory.getCache().containsCollection(Warm.class.getName() + ".tags", 7L))
                .isTrue();
        assertThat(warmup().collections(Warm.class, "tags", List.of(7L)).run().found())
                .isEqualTo(1);
    }

    @Test
    void loadsEntitiesWithIdentifiersOfSeveralColumns() {
        factory.inTransaction(session -> {
            for (int i = 0; i < 15; i++) {
                Placed placed = new Placed();
                placed.place = new Place(i % 2, i);
                session.persist(placed);
            }
        });
        factory.getCache().evictAllRegions();
        Result result = warmup().entities(Placed.class).run();
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.COMPLETED);
        assertThat(List.of(result.loaded(), result.stored())).containsExactly(15L, 15L);
    }

    /** A value that was read before a committed write is refused, as in any session. */
    @Test
    void storesNothingThatAWriteHasOutdated() {
        rows(20);
        try (SessionFactory other = open(Map.of())) {
            AtomicInteger writes = new AtomicInteger();
            Warm.ON_LOAD.set(id -> {
                if (id == 5 && writes.getAndIncrement() == 0) { // the row has been read, but not yet put
                    Thread writer = new Thread(() -> other.inTransaction(
                            session -> session.createMutationQuery("update Warm set name = 'new' where id = 5")
                                    .executeUpdate()));
                    writer.start();
                    try {
                        writer.join();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            Result result = warmup().batchSize(10_000).entities(Warm.class).run();
            assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.COMPLETED);
            assertThat(result.stored()).isLessThan(result.loaded());
            other.inTransaction(
                    session -> assertThat(session.find(Warm.class, 5L).name).isEqualTo("new"));
        }
    }

    @Test
    void abortsAndGoesOnWhereItEnded() {
        rows(100);
        AtomicReference<RedisCacheWarmup.Running> running = new AtomicReference<>();
        RedisCacheWarmup warmup =
                warmup().threads(1).entities(Warm.class, ids(50)).entities(Warm.class);
        List<Progress> received = Collections.synchronizedList(new ArrayList<>());
        warmup.progress(progress -> {
            received.add(progress);
            if (progress.loaded() == 60) {
                eventually(() -> running.get() != null);
                running.get().abort();
            }
        });
        running.set(warmup.start());
        Result aborted = running.get().result().join();
        assertThat(aborted.outcome()).as(aborted.toString()).isEqualTo(Outcome.ABORTED);
        assertThat(aborted.loaded()).isEqualTo(60);
        assertThat(aborted.position()).isEqualTo(new Position(1, 60L));
        assertThat(received.get(received.size() - 1).isOver()).isTrue();

        Result rest = warmup().entities(Warm.class, ids(50))
                .entities(Warm.class)
                .resume(aborted.position())
                .run();
        assertThat(List.of(rest.found(), rest.loaded(), rest.stored())).containsExactly(0L, 40L, 40L);
    }

    private static List<Long> ids(long number) {
        return LongStream.rangeClosed(1, number).boxed().toList();
    }

    @Test
    void goesOnInTheMiddleOfAList() {
        rows(30);
        Result rest = warmup().entities(Warm.class, ids(30))
                .resume(new Position(0, 20))
                .run();
        assertThat(rest.loaded()).isEqualTo(10);
    }

    @Test
    void keepsToItsRate() {
        rows(40);
        long begin = System.nanoTime();
        warmup().mostPerSecond(20).threads(1).entities(Warm.class).run();
        // The batches that start before the first one is counted do not count.
        assertThat(System.nanoTime() - begin)
                .isGreaterThan(Duration.ofMillis(400).toNanos());
    }

    @Test
    void aFailureEndsItWithItsCause() {
        rows(30);
        Warm.ON_LOAD.set(id -> {
            if (id == 15) {
                throw new IllegalStateException("broken row");
            }
        });
        Result result = warmup().threads(1).entities(Warm.class).run();
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.failure()).get().asString().contains("broken row");
        assertThat(result.position()).isEqualTo(new Position(0, 10L));
    }

    @Test
    void loadsNothingForACacheThatIsBypassed() {
        rows(30);
        try (RedisServer down = RedisServer.start();
                SessionFactory without = open(Map.of(RedisSettings.URL, down.url(), RedisSettings.TIMEOUT, "250ms"))) {
            without.inTransaction(session -> session.find(Warm.class, 1L));
            down.kill();
            without.getStatistics().clear();
            Result result = RedisCacheWarmup.of(without)
                    .batchSize(5)
                    .entities(Warm.class)
                    .run();
            assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAILED);
            assertThat(result.loaded()).isLessThan(30);
        }
    }

    @Test
    void refusesWhatIsNotCached() {
        assertThatThrownBy(() -> warmup().entities(Cold.class)).hasMessageContaining("is not an entity that is cached");
        assertThatThrownBy(() -> warmup().collections(Warm.class, "name")).hasMessageContaining("is not a collection");
        assertThatThrownBy(() -> warmup().threads(0)).hasMessageContaining("expected 1 to 64");
        assertThatThrownBy(() -> open(Map.of(RedisSettings.WARM_UP, "Warm, Cold")))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(RedisSettings.WARM_UP + " = Cold");
    }

    @Test
    void beginsAtTheStartAndEndsWithTheFactory() {
        rows(60);
        SessionFactory warm = open(Map.of(RedisSettings.WARM_UP, "Warm," + Placed.class.getName()));
        eventually(() -> cached(factory) == 60);
        warm.close();
        opened.remove(warm);

        factory.getCache().evictAllRegions();
        Warm.ON_LOAD.set(id -> {
            try {
                Thread.sleep(20); // simulates a slow database
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        SessionFactory closed = open(Map.of(RedisSettings.WARM_UP, "Warm"));
        closed.close();
        opened.remove(closed);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("hibernate-redis-warm-up"))
                .isEmpty();
    }

    @Test
    void atTheStartItKeepsToTheSettings() {
        rows(2_100);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Warm.ON_LOAD.set(id -> threads.add(Thread.currentThread()));
        long begin = System.nanoTime();
        open(Map.of(
                RedisSettings.WARM_UP, "Warm", RedisSettings.WARM_UP_THREADS, "1", RedisSettings.WARM_UP_RATE, "400"));
        eventually(() -> cached(factory) == 2_100);
        assertThat(threads).hasSize(1);
        // The fifth batch is held back until 1,000 entities were due.
        assertThat(System.nanoTime() - begin)
                .isGreaterThan(Duration.ofMillis(2_500).toNanos());
    }

    @Entity(name = "Hired")
    @Cacheable
    static class Hired {
        @Id
        Long id;

        @TenantId
        String company;
    }

    @Test
    void loadsTheRowsOfATenant() {
        SessionFactory shared = new Configuration()
                .addAnnotatedClass(Hired.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:hired;DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "create-drop")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(RedisSettings.URL, REDIS.url())
                .setProperty(RedisSettings.TIMEOUT, "5s")
                .setProperty(RedisSettings.KEY_PREFIX, "hired")
                .buildSessionFactory();
        opened.add(shared);
        for (long id = 1; id <= 30; id++) {
            Hired hired = new Hired();
            hired.id = id;
            try (Session session = shared.withOptions()
                    .tenantIdentifier((Object) (id <= 10 ? "acme" : "bolt"))
                    .openSession()) {
                session.beginTransaction();
                session.persist(hired);
                session.getTransaction().commit();
            }
        }
        shared.getCache().evictAllRegions();
        Result result = RedisCacheWarmup.of(shared)
                .tenant("acme")
                .batchSize(4)
                .entities(Hired.class)
                .run();
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.COMPLETED);
        assertThat(result.stored()).isEqualTo(10);
        try (RedisCacheInspector inspector = RedisCacheInspector.of(shared)) {
            assertThat(inspector.keys(Hired.class.getName(), 100)).hasSize(10).allMatch(key -> key.startsWith("acme|"));
        }
    }

    @Test
    void loadsManyInSeconds() {
        int many = Integer.getInteger("warm-up.rows", 20_000);
        rows(many);
        try (RedisCommands redis = REDIS.connect()) {
            redis.resetStatistics();
            Result result =
                    RedisCacheWarmup.of(factory).entities(Warm.class).threads(2).run();
            assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.COMPLETED);
            assertThat(result.stored()).as(result.toString()).isEqualTo(many);
            long scripts = redis.commandStats().getOrDefault("evalsha", 0L);
            System.out.println(result + ", " + scripts + " scripts");
            assertThat(scripts).as("puts go together").isLessThan(many / 20);
        }
    }
}
