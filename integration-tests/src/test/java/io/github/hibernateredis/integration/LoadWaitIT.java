package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.RedisCacheRegion;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LoadWait;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Only one of many sessions on two instances that miss the same entry at the same time loads it. */
@Timeout(300)
class LoadWaitIT {

    private static final int THREADS = 100;

    @Entity(name = "Article")
    @Cacheable
    @RedisCacheRegion(loadWait = "20s")
    static class Article {
        @Id
        Long id;

        String text;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        @RedisCacheRegion(loadWait = "20s")
        Set<String> tags = new HashSet<>();

        Article() {}

        Article(long id) {
            this.id = id;
            this.text = "text " + id;
            this.tags.add("tag " + id);
        }
    }

    /** Lets the test control the duration of loads. */
    private static final class Loads implements StatementInspector {

        private static final long serialVersionUID = 1L;

        private final transient List<String> statements = new CopyOnWriteArrayList<>();
        private transient volatile Semaphore gate = new Semaphore(Integer.MAX_VALUE);

        @Override
        public String inspect(String sql) {
            statements.add(sql);
            if (HANGING.get() == null) {
                gate.acquireUninterruptibly();
            } else {
                awaitQuietly(HANGING.get());
            }
            return sql;
        }
    }

    /** What the SQL of a thread waits for. */
    private static final ThreadLocal<CountDownLatch> HANGING = new ThreadLocal<>();

    private final CountDownLatch released = new CountDownLatch(1);
    private final Loads loads = new Loads();
    private final Map<LoadWait, List<Long>> waits = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Application> nodes = new ArrayList<>();

    private final CacheListener listener = new CacheListener() {
        @Override
        public void loadAwaited(String region, LoadWait outcome, long nanos) {
            waits.computeIfAbsent(outcome, any -> new CopyOnWriteArrayList<>()).add(nanos);
        }
    };

    @AfterEach
    void stop() {
        released.countDown();
        threads.shutdownNow();
        nodes.forEach(Application::close);
    }

    private Application start(String name, Consumer<Application.Builder> more) {
        Application.Builder builder = Application.on(name, Article.class)
                .countNoStatements()
                .set(AvailableSettings.STATEMENT_INSPECTOR, loads)
                .set(AvailableSettings.POOL_SIZE, String.valueOf(2 * THREADS))
                .set("hibernate.cache.redis.load_waiters", THREADS)
                .set("hibernate.cache.redis.region.default-query-results-region.load_wait", "20s")
                .set("hibernate.cache.redis.listener", listener);
        more.accept(builder);
        Application node = builder.start();
        nodes.add(node);
        if (nodes.size() == 1) {
            node.transact(session -> {
                for (long id = 1; id <= 3; id++) {
                    session.persist(new Article(id));
                }
            });
        }
        return node;
    }

    private void startTwo(String name) {
        start(name, builder -> {});
        start(name, builder -> {});
    }

    /** Empties the cache, and lets both instances know it. */
    private void chill(Consumer<Session> other) {
        nodes.get(0).factory().getCache().evictAllRegions();
        nodes.forEach(node -> node.transact(other::accept));
        waits.clear();
        loads.statements.clear();
    }

    /** All sessions read at the same time, and the SQL of the first one lasts until all of them wait or load. */
    private void readAtOnce(Consumer<Session> reading) throws Exception {
        CountDownLatch start = new CountDownLatch(THREADS * nodes.size());
        loads.gate = new Semaphore(0);
        List<Future<?>> readers = new ArrayList<>();
        for (Application node : nodes) {
            for (int i = 0; i < THREADS; i++) {
                readers.add(threads.submit(() -> {
                    node.transact(session -> {
                        start.countDown();
                        awaitQuietly(start);
                        reading.accept(session);
                    });
                    return null;
                }));
            }
        }
        start.await();
        TimeUnit.MILLISECONDS.sleep(500);
        loads.gate.release(Integer.MAX_VALUE);
        for (Future<?> reader : readers) {
            reader.get(60, TimeUnit.SECONDS);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertOneLoaded(String what) {
        List<Long> served = new ArrayList<>(waits.getOrDefault(LoadWait.SERVED, List.of()));
        served.sort(null);
        System.out.printf(
                "%s: %d statements, %d waited, p50 %d ms, p99 %d ms, longest %d ms%n",
                what,
                loads.statements.size(),
                served.size(),
                millis(served, 0.5),
                millis(served, 0.99),
                millis(served, 1));
        assertThat(loads.statements).hasSizeLessThanOrEqualTo(2).isNotEmpty();
        assertThat(waits).as("waits").containsOnlyKeys(LoadWait.SERVED);
    }

    private static long millis(List<Long> sorted, double share) {
        return sorted.isEmpty()
                ? -1
                : TimeUnit.NANOSECONDS.toMillis(sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share)));
    }

    @Test
    void oneOfManyLoadsAnEntity() throws Exception {
        startTwo("wait-entity");
        chill(session -> session.find(Article.class, 2L));

        readAtOnce(session -> assertThat(session.find(Article.class, 1L).text).isEqualTo("text 1"));

        assertOneLoaded("200 finds of an entity, whose load takes 500 ms");
    }

    @Test
    void oneOfManyLoadsACollection() throws Exception {
        startTwo("wait-collection");
        chill(session -> {
            session.find(Article.class, 1L);
            assertThat(session.find(Article.class, 2L).tags).hasSize(1);
        });

        readAtOnce(session -> assertThat(session.find(Article.class, 1L).tags).containsExactly("tag 1"));

        assertOneLoaded("200 reads of a collection");
    }

    @Test
    void oneOfManyRunsAQuery() throws Exception {
        startTwo("wait-query");
        chill(session -> {
            session.find(Article.class, 1L);
            assertThat(titles(session, 2)).containsExactly("text 2");
        });

        readAtOnce(session -> assertThat(titles(session, 1)).containsExactly("text 1"));

        assertOneLoaded("200 runs of a query");
    }

    /** All of them find the result that is there before one of them has the turn to load it. */
    @Test
    void oneOfManyRunsAQueryWhoseResultIsOutdated() throws Exception {
        startTwo("wait-outdated");
        chill(session -> {
            assertThat(titles(session, 1)).containsExactly("text 1");
            titles(session, 2);
        });
        nodes.get(0).transact(session -> session.find(Article.class, 1L).text = "changed");
        nodes.forEach(node -> node.transact(session -> titles(session, 2))); // both know of the write
        loads.statements.clear();

        readAtOnce(session -> assertThat(titles(session, 1)).containsExactly("changed"));

        assertOneLoaded("200 runs of a query whose result is outdated");
    }

    /** What it loads would be outdated, too. */
    @Test
    void nobodyWaitsForATableThatIsBeingWritten() throws Exception {
        startTwo("wait-written");
        chill(session -> titles(session, 1));

        nodes.get(0).transact(session -> {
            session.find(Article.class, 2L).text = "changed";
            session.flush();
            CompletableFuture<Void> loader = hangIn(nodes.get(1), other -> titles(other, 1));
            assertThat(nodes.get(1).<List<String>>inTransaction(other -> titles(other, 1)))
                    .containsExactly("text 1");
            released.countDown();
            loader.join();
        });

        assertThat(waits).isEmpty();
    }

    @Test
    void aQueryOfASessionThatReadsRepeatablyNeverWaits() throws Exception {
        start("wait-repeatable-query", builder -> {});
        start(
                "wait-repeatable-query",
                builder -> builder.set(
                        AvailableSettings.ISOLATION, String.valueOf(Connection.TRANSACTION_REPEATABLE_READ)));
        chill(session -> titles(session, 2));
        CompletableFuture<Void> loader = hangIn(nodes.get(0), session -> titles(session, 1));

        assertThat(nodes.get(1).<List<String>>inTransaction(session -> titles(session, 1)))
                .containsExactly("text 1");

        assertThat(waits).isEmpty();
        released.countDown();
        loader.get(20, TimeUnit.SECONDS);
    }

    static List<String> titles(Session session, long id) {
        return session.createQuery("select a.text from Article a where a.id = :id", String.class)
                .setParameter("id", id)
                .setCacheable(true)
                .list();
    }

    /** The loading session hangs in its SQL for a long time. */
    @Test
    void aSlowLoaderCostsTheOthersNoMoreThanTheWait() throws Exception {
        start(
                "wait-slow",
                builder ->
                        builder.set("hibernate.cache.redis.region." + Article.class.getName() + ".load_wait", "300ms"));
        start(
                "wait-slow",
                builder ->
                        builder.set("hibernate.cache.redis.region." + Article.class.getName() + ".load_wait", "300ms"));
        chill(session -> session.find(Article.class, 2L));

        CompletableFuture<Void> loader = hangInLoad(nodes.get(0));
        for (int i = 0; i < 4; i++) {
            Application node = nodes.get(i % 2);
            assertThat(node.find(Article.class, 1L).text).isEqualTo("text 1");
        }
        assertThat(loader).isNotDone();
        released.countDown();
        loader.get(20, TimeUnit.SECONDS);
        assertThat(waits.get(LoadWait.NOT_SERVED))
                .as("the next after it loads, the others find")
                .hasSize(1);
    }

    /** A session that has the turn to load the first article, and stays in its SQL until it is released. */
    private CompletableFuture<Void> hangInLoad(Application node) {
        return hangIn(node, session -> session.find(Article.class, 1L));
    }

    private CompletableFuture<Void> hangIn(Application node, Consumer<Session> loading) {
        int before = loads.statements.size();
        CompletableFuture<Void> loader = CompletableFuture.runAsync(
                () -> {
                    HANGING.set(released);
                    node.transact(loading::accept);
                    HANGING.remove();
                },
                threads);
        while (loads.statements.size() == before) {
            Thread.onSpinWait();
        }
        return loader;
    }

    @Test
    void aSessionThatHasWrittenNeverWaits() throws Exception {
        startTwo("wait-writer");
        chill(session -> session.find(Article.class, 2L));
        CompletableFuture<Void> loader = hangInLoad(nodes.get(0));

        nodes.get(1).transact(session -> {
            session.find(Article.class, 2L).text = "changed";
            session.flush();
            assertThat(session.find(Article.class, 1L).text).isEqualTo("text 1");
        });

        assertThat(waits).isEmpty();
        released.countDown();
        loader.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aSessionThatReadsRepeatablyNeverWaits() throws Exception {
        start("wait-repeatable", builder -> {});
        start(
                "wait-repeatable",
                builder -> builder.set(
                        AvailableSettings.ISOLATION, String.valueOf(Connection.TRANSACTION_REPEATABLE_READ)));
        chill(session -> session.find(Article.class, 2L));
        CompletableFuture<Void> loader = hangInLoad(nodes.get(0));

        assertThat(nodes.get(1).find(Article.class, 1L).text).isEqualTo("text 1");

        assertThat(waits).isEmpty();
        released.countDown();
        loader.get(20, TimeUnit.SECONDS);
    }

    /** With a pool of three connections, at most two of their holders may wait. */
    @Test
    void fewerWaitThanThereAreConnections() throws Exception {
        start("wait-pool", builder -> builder.set("hibernate.cache.redis.load_waiters", 2));
        chill(session -> session.find(Article.class, 2L));
        CompletableFuture<Void> loader = hangInLoad(nodes.get(0));
        loads.gate = new Semaphore(0);
        List<CompletableFuture<?>> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(CompletableFuture.runAsync(() -> nodes.get(0).find(Article.class, 1L), threads));
        }
        while (waits.getOrDefault(LoadWait.TOO_MANY, List.of()).size() < 8 && !loader.isDone()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        loads.gate.release(100);
        released.countDown();
        loader.get(20, TimeUnit.SECONDS);
        for (CompletableFuture<?> other : others) {
            other.get(20, TimeUnit.SECONDS);
        }
        assertThat(waits.get(LoadWait.TOO_MANY)).hasSize(8);
        assertThat(waits.get(LoadWait.SERVED)).hasSize(2);
    }

    /** The lease ends with a load that has found nothing to store. */
    @Test
    void noSessionWaitsForAnAbsentRow() {
        startTwo("wait-absent");
        chill(session -> session.find(Article.class, 2L));

        nodes.get(0).transact(session -> {
            for (int i = 0; i < 4; i++) {
                assertThat(session.find(Article.class, 99L)).isNull();
                assertThat(nodes.get(1).find(Article.class, 99L)).isNull();
            }
        });

        // The end of the lease may not have arrived yet.
        assertThat(waits.values()).allSatisfy(nanos -> assertThat(nanos).allMatch(each -> each < 10_000_000_000L));
    }

    @Test
    void whatIsNotSetIsOff() {
        Application node = Application.on("wait-off", Article.class)
                .set("hibernate.cache.redis.region." + Article.class.getName() + ".load_wait", "none")
                .set("hibernate.cache.redis.region." + Article.class.getName() + ".tags.load_wait", "0")
                .set("hibernate.cache.redis.listener", listener)
                .start();
        nodes.add(node);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> node.find(Article.class, 1L));
        node.find(Article.class, 1L);
        first.join();
        assertThat(waits).isEmpty();
    }
}
