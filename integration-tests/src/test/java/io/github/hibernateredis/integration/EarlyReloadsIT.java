package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.RedisCacheRegion;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.Reload;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.TenantId;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Entries are loaded again before they expire, or after that while they are still served, and readers do not wait for
 * it.
 */
@Timeout(120)
class EarlyReloadsIT {

    private static final String QUERIES = "hibernate.cache.redis.region.default-query-results-region.";
    private static final String RELOADING = "hibernate-redis-reload";

    @Entity(name = "Quote")
    @Cacheable
    @RedisCacheRegion(ttl = "700ms", ttlJitter = "0", earlyRefresh = "1.5")
    static class Quote {
        @Id
        Long id;

        String text;

        @ManyToOne(fetch = FetchType.EAGER)
        Author author;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        @RedisCacheRegion(ttl = "700ms", ttlJitter = "0", earlyRefresh = "1.5")
        Set<String> tags = new HashSet<>();

        Quote() {}

        Quote(long id, Author author) {
            this.id = id;
            this.text = "text " + id;
            this.author = author;
            this.tags.add("tag " + id);
        }
    }

    /** Is there as long as the cache of quotes is tested: nobody reloads it. */
    @Entity(name = "Author")
    @Cacheable
    static class Author {
        @Id
        Long id;

        String name;

        Author() {}

        Author(long id) {
            this.id = id;
            this.name = "author " + id;
        }
    }

    @Entity(name = "Rate")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
    @RedisCacheRegion(ttl = "100ms", ttlJitter = "0", staleTtl = "10m")
    static class Rate {
        @Id
        Long id;

        String text;

        Rate() {}

        Rate(long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    @Entity(name = "Note")
    @Cacheable
    @RedisCacheRegion(ttl = "2s", earlyRefresh = "100")
    static class Note {
        @Id
        Long id;

        @TenantId
        String tenant;

        String text;

        Note() {}

        Note(long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    /** Loads take as long as the test wants, and fail when it wants. */
    private static final class Loads implements StatementInspector {

        private static final long serialVersionUID = 1L;

        private final transient List<String> ofReaders = new CopyOnWriteArrayList<>();
        private final transient List<String> ofReloads = new CopyOnWriteArrayList<>();
        private final transient AtomicInteger atOnce = new AtomicInteger();
        private final transient AtomicInteger mostAtOnce = new AtomicInteger();
        private transient volatile long millis;
        private transient volatile boolean failing;
        private transient volatile @Nullable CountDownLatch hanging;

        @Override
        public String inspect(String sql) {
            boolean reloads = Thread.currentThread().getName().equals(RELOADING);
            (reloads ? ofReloads : ofReaders).add(sql);
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
                CountDownLatch latch = reloads ? hanging : null;
                if (latch != null) {
                    latch.await();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                atOnce.decrementAndGet();
            }
            if (failing && reloads) {
                throw new IllegalStateException("The database fails");
            }
            return sql;
        }
    }

    private final Loads loads = new Loads();
    private final Map<Reload, AtomicLong> reloads = new ConcurrentHashMap<>();
    private final AtomicLong staleHits = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Application> nodes = new ArrayList<>();

    private final CacheListener listener = new CacheListener() {
        @Override
        public void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {
            reloads.computeIfAbsent(outcome, any -> new AtomicLong()).incrementAndGet();
        }

        @Override
        public void staleHit(String region) {
            staleHits.incrementAndGet();
        }
    };

    @AfterEach
    void stop() {
        CountDownLatch latch = loads.hanging;
        if (latch != null) {
            latch.countDown();
        }
        threads.shutdownNow();
        nodes.forEach(Application::close);
    }

    private Application start(String name, Class<?> entity, Consumer<Application.Builder> more) {
        Application.Builder builder = Application.on(name, entity, Author.class)
                .countNoStatements()
                .set(AvailableSettings.STATEMENT_INSPECTOR, loads)
                .set("hibernate.cache.redis.listener", listener);
        more.accept(builder);
        Application node = builder.start();
        nodes.add(node);
        return node;
    }

    private void startTwoWithQuotes(String name) {
        for (int i = 0; i < 2; i++) {
            start(
                    name,
                    Quote.class,
                    builder -> builder.set(QUERIES + "ttl", "700ms")
                            .set(QUERIES + "ttl_jitter", "0")
                            .set(QUERIES + "early_refresh", "1.5")
                            .set(QUERIES + "load_wait", "5s"));
        }
        nodes.get(0).transact(session -> {
            Author author = new Author(1);
            session.persist(author);
            session.persist(new Quote(1, author));
        });
    }

    private long count(Reload outcome) {
        AtomicLong count = reloads.get(outcome);
        return count == null ? 0 : count.get();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads on all nodes until so many reloads are done. Prints how long the slowest read took. */
    private void readUntilReloaded(String what, int times, int perNode, Consumer<Session> reading) throws Exception {
        nodes.forEach(node -> node.transact(reading::accept));
        loads.millis = 100;
        loads.ofReaders.clear();
        loads.ofReloads.clear();
        reloads.clear();
        List<Long> reads = new CopyOnWriteArrayList<>();
        List<Future<?>> readers = new ArrayList<>();
        for (Application node : nodes) {
            for (int i = 0; i < perNode; i++) {
                readers.add(threads.submit(() -> {
                    while (count(Reload.DONE) < times) {
                        long begin = System.nanoTime();
                        node.transact(reading::accept);
                        reads.add(System.nanoTime() - begin);
                        pause();
                    }
                }));
            }
        }
        for (Future<?> reader : readers) {
            reader.get(60, TimeUnit.SECONDS);
        }
        List<Long> sorted = new ArrayList<>(reads);
        sorted.sort(null);
        System.out.printf(
                "%s: %d reads, %d reloads, %d turns of others, %d statements of readers, %d of reloads,"
                        + " p99 of reads %d ms, slowest %d ms%n",
                what,
                sorted.size(),
                count(Reload.DONE),
                count(Reload.ELSEWHERE),
                loads.ofReaders.size(),
                loads.ofReloads.size(),
                TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() * 99 / 100)),
                TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() - 1)));
    }

    @Test
    void noReaderWaitsForALoadOfAHotEntity() throws Exception {
        startTwoWithQuotes("early-entity");

        readUntilReloaded(
                "A hot entity, whose load takes 100 ms",
                20,
                2,
                session -> assertThat(session.find(Quote.class, 1L).text).isEqualTo("text 1"));

        assertThat(loads.ofReaders).isEmpty();
        assertThat(loads.mostAtOnce).as("loads at a time").hasValue(1);
    }

    @Test
    void noReaderWaitsForALoadOfAHotCollection() throws Exception {
        startTwoWithQuotes("early-collection");

        readUntilReloaded(
                "A hot collection",
                6,
                1,
                session -> assertThat(session.find(Quote.class, 1L).tags).containsExactly("tag 1"));

        assertThat(loads.ofReaders).isEmpty();
        assertThat(loads.ofReloads).anyMatch(sql -> sql.contains("tags"));
    }

    /** What the query makes of its rows only a session knows that runs it. */
    @Test
    void oneReaderAtATimeRunsAHotQuery() throws Exception {
        startTwoWithQuotes("early-query");

        readUntilReloaded(
                "A hot query", 4, 3, session -> assertThat(texts(session)).containsExactly("text 1"));

        assertThat(loads.ofReloads).isEmpty();
        assertThat(loads.ofReaders).as("statements").hasSizeLessThanOrEqualTo(6);
        assertThat(loads.mostAtOnce).as("loads at a time").hasValue(1);
    }

    private static List<String> texts(Session session) {
        return session.createQuery("select q.text from Quote q", String.class)
                .setCacheable(true)
                .list();
    }

    /** A reload is under way when the row is written. */
    @Test
    void aReloadUndoesNoWrite() {
        Application node = start(
                "early-write",
                Quote.class,
                builder -> builder.set("hibernate.cache.redis.region." + Quote.class.getName() + ".ttl", "2s")
                        .set("hibernate.cache.redis.region." + Quote.class.getName() + ".early_refresh", "100"));
        node.transact(session -> session.persist(new Quote(1, null)));
        CountDownLatch latch = new CountDownLatch(1);
        loads.hanging = latch;
        await(() -> node.find(Quote.class, 1L) != null && !loads.ofReloads.isEmpty());

        node.transact(session -> session.find(Quote.class, 1L).text = "changed");
        latch.countDown();
        await(() -> !reloads.isEmpty());

        assertThat(node.find(Quote.class, 1L).text).isEqualTo("changed");
    }

    @Test
    void whatFailsIsServedOnAndNotTriedAgainAtOnce() {
        Application node = start(
                "early-failure",
                Quote.class,
                builder -> builder.set("hibernate.cache.redis.region." + Quote.class.getName() + ".ttl", "2s")
                        .set("hibernate.cache.redis.region." + Quote.class.getName() + ".early_refresh", "100"));
        node.transact(session -> session.persist(new Quote(1, null)));
        loads.failing = true;

        await(() -> node.find(Quote.class, 1L) != null && count(Reload.FAILED) > 0);
        for (int i = 0; i < 50; i++) {
            node.find(Quote.class, 1L);
        }

        assertThat(count(Reload.FAILED)).isEqualTo(1);
        assertThat(loads.ofReloads).hasSize(1);
    }

    @Test
    void theReaderProvidesTheTenant() {
        Application node = start("early-tenant", Note.class, builder -> {});
        for (String tenant : List.of("one", "two")) {
            try (Session session = node.factory()
                    .withOptions()
                    .tenantIdentifier((Object) tenant)
                    .openSession()) {
                session.beginTransaction();
                session.persist(new Note(tenant.length() + (tenant.equals("one") ? 0 : 10), "of " + tenant));
                session.getTransaction().commit();
            }
        }
        await(() -> {
            try (Session session = node.factory()
                    .withOptions()
                    .tenantIdentifier((Object) "two")
                    .openSession()) {
                assertThat(session.find(Note.class, 13L).text).isEqualTo("of two");
                return count(Reload.DONE) > 0;
            }
        });
    }

    // Stale while revalidate

    private Application startWithRate(String name) {
        Application node = start(
                name,
                Rate.class,
                builder -> builder.set(QUERIES + "ttl", "100ms")
                        .set(QUERIES + "ttl_jitter", "0")
                        .set(QUERIES + "stale_ttl", "10m"));
        node.transact(session -> session.persist(new Rate(1, "old")));
        node.find(Rate.class, 1L);
        return node;
    }

    /** Behind the cache's back, and its TTL is over. */
    private static void changeBehind(Application node, String text) throws InterruptedException {
        try (Session session = node.factory().openSession()) {
            session.doWork(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.executeUpdate(
                            text.isEmpty() ? "delete from Rate" : "update Rate set text = '" + text + "'");
                }
            });
        }
        TimeUnit.MILLISECONDS.sleep(150);
    }

    @Test
    void anEntryIsServedAfterItsTtlWhileItIsReloaded() throws Exception {
        Application node = startWithRate("stale-entity");
        CountDownLatch latch = new CountDownLatch(1);
        loads.hanging = latch;
        changeBehind(node, "new");
        loads.ofReaders.clear();

        for (int i = 0; i < 20; i++) {
            assertThat(node.find(Rate.class, 1L).text).isEqualTo("old");
        }
        latch.countDown();
        await(() -> node.find(Rate.class, 1L).text.equals("new"));

        assertThat(loads.ofReaders).isEmpty();
        assertThat(staleHits).hasValueGreaterThanOrEqualTo(20);
    }

    @Test
    void whatWasEvictedIsNeverServed() throws Exception {
        Application node = startWithRate("stale-evicted");
        changeBehind(node, "new");

        node.factory().getCache().evictEntityData(Rate.class, 1L);

        assertThat(node.find(Rate.class, 1L).text).isEqualTo("new");
        assertThat(staleHits).hasValue(0);
    }

    @Test
    void aWriteEndsIt() throws Exception {
        Application node = startWithRate("stale-written");
        loads.hanging = new CountDownLatch(1);
        changeBehind(node, "old");

        node.transact(session -> session.find(Rate.class, 1L).text = "written");

        assertThat(node.find(Rate.class, 1L).text).isEqualTo("written");
    }

    @Test
    void aRowThatIsGoneIsServedNoLonger() throws Exception {
        Application node = startWithRate("stale-gone");
        changeBehind(node, "");

        await(() -> node.find(Rate.class, 1L) == null);

        await(() -> count(Reload.DONE) == 1);
    }

    @Test
    void aQueryResultIsServedAfterItsTtlUnlessItsTablesAreWritten() throws Exception {
        Application node = startWithRate("stale-query");
        assertThat(node.<List<String>>inTransaction(EarlyReloadsIT::rates)).containsExactly("old");
        changeBehind(node, "new");

        // One reader runs the query, and the others get what is there.
        loads.millis = 500;
        loads.ofReaders.clear();
        Future<List<String>> reloading = threads.submit(() -> node.<List<String>>inTransaction(EarlyReloadsIT::rates));
        await(() -> !loads.ofReaders.isEmpty());
        assertThat(node.<List<String>>inTransaction(EarlyReloadsIT::rates)).containsExactly("old");
        assertThat(loads.ofReaders).hasSize(1);
        assertThat(reloading.get(20, TimeUnit.SECONDS)).containsExactly("new");
        loads.millis = 0;
        assertThat(staleHits).hasValue(1);

        TimeUnit.MILLISECONDS.sleep(150);
        node.transact(session -> session.persist(new Rate(2, "more")));
        assertThat(node.<List<String>>inTransaction(EarlyReloadsIT::rates)).containsExactly("new", "more");
    }

    private static List<String> rates(Session session) {
        return session.createQuery("select r.text from Rate r order by r.id", String.class)
                .setCacheable(true)
                .list();
    }

    @Test
    void readWriteEntitiesAreNeverServedAfterTheirTtl() {
        String key = "hibernate.cache.redis.region." + Quote.class.getName() + ".stale_ttl";
        assertThatThrownBy(() -> start("stale-refused", Quote.class, builder -> builder.set(key, "1m")))
                .hasStackTraceContaining(".stale_ttl = 1m for the region ")
                .hasStackTraceContaining("set " + key + " = none")
                .hasStackTraceContaining(" is READ_WRITE");
    }

    @Test
    void theThreadsEndWithTheirFactory() {
        Application node = startWithRate("stale-closed");
        pauseForTtl();
        node.find(Rate.class, 1L);
        await(() -> count(Reload.DONE) > 0);
        assertThat(reloadThreads()).isPositive();

        node.close();
        nodes.clear();

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2); // before they end by themselves
        while (reloadThreads() > 0) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
        }
    }

    private static void pauseForTtl() {
        for (int i = 0; i < 75; i++) {
            pause();
        }
    }

    private static long reloadThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(RELOADING))
                .count();
    }

    @Test
    void whatIsNotSetIsOff() {
        Application node = start(
                "early-off",
                Quote.class,
                builder -> builder.set(
                                "hibernate.cache.redis.region." + Quote.class.getName() + ".early_refresh", "none")
                        .set("hibernate.cache.redis.region." + Quote.class.getName() + ".tags.early_refresh", "0"));
        node.transact(session -> session.persist(new Quote(1, null)));
        for (int i = 0; i < 100; i++) {
            node.find(Quote.class, 1L);
        }
        assertThat(loads.ofReloads).isEmpty();
        assertThat(reloads).isEmpty();
    }
}
