package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.testing.RedisCluster;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.TenantId;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances with one Redis and one database. The first has near caches, the second may have them. */
final class NearCacheIT {

    /** The common part of the counters. */
    interface Counting {
        void set(int value);

        int get();
    }

    @Entity(name = "Strict")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Strict implements Counting {
        @Id
        Long id;

        int number;

        @Override
        public void set(int value) {
            number = value;
        }

        @Override
        public int get() {
            return number;
        }
    }

    @Entity(name = "Loose")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
    static class Loose implements Counting {
        @Id
        Long id;

        int number;

        @Override
        public void set(int value) {
            number = value;
        }

        @Override
        public int get() {
            return number;
        }
    }

    @Entity(name = "Transactional")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.TRANSACTIONAL)
    static class Transactional implements Counting {
        @Id
        Long id;

        int number;

        @Override
        public void set(int value) {
            number = value;
        }

        @Override
        public int get() {
            return number;
        }
    }

    @Entity(name = "Fixed")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_ONLY)
    static class Fixed {
        @Id
        Long id;

        int number;
    }

    @Entity(name = "Owned")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Owned {
        @Id
        Long id;

        @TenantId
        String tenant;

        int number;
    }

    private static final Duration LEASE = Duration.ofMillis(500);
    private static final int ROWS = 20;

    private final String database = "jdbc:h2:mem:near-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final String prefix = "near-" + UUID.randomUUID();
    private final List<SessionFactory> factories = new ArrayList<>();

    private SessionFactory start(String url, boolean near, String... more) {
        Configuration configuration = configure(url, near, more)
                .addAnnotatedClass(Strict.class)
                .addAnnotatedClass(Loose.class)
                .addAnnotatedClass(Transactional.class)
                .addAnnotatedClass(Fixed.class);
        SessionFactory factory = configuration.buildSessionFactory();
        if (factories.isEmpty()) {
            factory.inTransaction(NearCacheIT::fill);
        }
        factories.add(factory);
        return factory;
    }

    private static void fill(Session session) {
        for (long id = 1; id <= ROWS; id++) {
            Strict strict = new Strict();
            strict.id = id;
            session.persist(strict);
            Loose loose = new Loose();
            loose.id = id;
            session.persist(loose);
            Transactional transactional = new Transactional();
            transactional.id = id;
            session.persist(transactional);
            Fixed fixed = new Fixed();
            fixed.id = id;
            session.persist(fixed);
        }
    }

    private Configuration configure(String url, boolean near, String... more) {
        Configuration configuration = new Configuration()
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, database)
                .setProperty(AvailableSettings.HBM2DDL_AUTO, factories.isEmpty() ? "create" : "none")
                .setProperty(AvailableSettings.USE_QUERY_CACHE, "true")
                .setProperty(RedisSettings.URL, url)
                .setProperty(RedisSettings.TIMEOUT, "5s")
                .setProperty(RedisSettings.KEY_PREFIX, prefix)
                .setProperty(RedisSettings.NEAR, String.valueOf(near))
                .setProperty(RedisSettings.NEAR_LEASE, LEASE.toMillis() + "ms");
        for (int i = 0; i < more.length; i += 2) {
            configuration.setProperty(more[i], more[i + 1]);
        }
        return configuration;
    }

    @AfterEach
    void stop() {
        factories.forEach(SessionFactory::close);
    }

    private static CacheCounters.Snapshot counters(SessionFactory factory) {
        return CacheStatus.of(factory).counters();
    }

    private static long nearHits(SessionFactory factory) {
        return counters(factory).total().nearHits();
    }

    private static long reads(SessionFactory factory) {
        return counters(factory).requests().get(RequestKind.READ).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30); // an unanswered request takes 5 s
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waiting until " + what).isNegative();
            Thread.onSpinWait();
        }
    }

    private static int read(SessionFactory factory, Class<? extends Counting> type) {
        return factory.fromTransaction(session -> session.find(type, 1L).get());
    }

    private static void write(SessionFactory factory, Class<? extends Counting> type, int value) {
        factory.inTransaction(session -> session.find(type, 1L).set(value));
    }

    private static void awaitNearHit(SessionFactory factory, Class<? extends Counting> type) {
        await("a near hit", () -> {
            long before = nearHits(factory);
            read(factory, type);
            return nearHits(factory) > before;
        });
    }

    private static long query(Session session) {
        return session.createQuery("from Strict order by id", Strict.class)
                .setCacheable(true)
                .list()
                .size();
    }

    /** The ORM puts natural ids and collections from the rows of cached results as if they had been loaded. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionThatHasFoundAResultMayHoldRowsOfALeaseBefore(boolean near) {
        SessionFactory one = start(SharedRedis.url(), near);
        one.inSession(NearCacheIT::query);
        try (Session session = one.openSession()) {
            SessionContext context = SessionContext.of((SharedSessionContractImplementor) session);
            long opened = context.readsRowsFrom();
            await("the result", () -> {
                query(session);
                return context.queries().region() != null;
            });
            assertThat(opened - context.readsRowsFrom()).isEqualTo(near ? LEASE.toNanos() : 0);
        }
    }

    @Test
    void aNearFindMakesNoRequest() {
        SessionFactory one = start(SharedRedis.url(), true);
        awaitNearHit(one, Strict.class);
        long before = reads(one);
        long hits = counters(one).total().hits();
        read(one, Strict.class);
        assertThat(reads(one)).isEqualTo(before);
        assertThat(counters(one).total().hits()).isEqualTo(hits + 1);
        await("a near hit of what is read only", () -> {
            long near = nearHits(one);
            one.inTransaction(session -> session.find(Fixed.class, 1L));
            return nearHits(one) > near;
        });
    }

    /** Their heartbeats are sent at different times. */
    @Test
    void regionsHaveLeasesOfTheirOwn() {
        String lease = RedisSettings.REGION_PREFIX + Strict.class.getName() + ".near_lease";
        SessionFactory one = start(SharedRedis.url(), true, lease, "100ms", RedisSettings.NEAR_LEASE, "5s");
        for (int i = 0; i < 5; i++) {
            awaitNearHit(one, Strict.class);
            awaitNearHit(one, Loose.class);
            pause(200);
            long near = nearHits(one);
            read(one, Loose.class);
            assertThat(nearHits(one)).as("near hits within a long lease").isGreaterThan(near);
        }
    }

    @Test
    void aNearCachedQueryOfTwentyMakesNoRequest() {
        SessionFactory one = start(SharedRedis.url(), true);
        await("a query without a request", () -> {
            long before = reads(one);
            long near = nearHits(one);
            assertThat(one.<Long>fromTransaction(NearCacheIT::query)).isEqualTo(ROWS);
            return reads(one) == before && nearHits(one) >= near + 1;
        });
    }

    @Test
    void aQueryAfterAWriteElsewhereIsNew() {
        SessionFactory one = start(SharedRedis.url(), true);
        SessionFactory other = start(SharedRedis.url(), false);
        for (int i = 1; i <= 5; i++) {
            await("a query without a request", () -> {
                long before = reads(one);
                one.inTransaction(NearCacheIT::query);
                return reads(one) == before;
            });
            int value = i;
            write(other, Strict.class, value);
            await(
                    "the new result",
                    () -> one.fromTransaction(session -> session.createQuery(
                                            "select number from Strict where id = 1", Integer.class)
                                    .setCacheable(true)
                                    .getSingleResult())
                            == value);
            await("the new entity", () -> read(one, Strict.class) == value);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Strict.class, Loose.class, Transactional.class})
    void ownWritesAreSeenAtOnceAndThoseOfOthersSoon(Class<? extends Counting> type) {
        SessionFactory one = start(SharedRedis.url(), true);
        SessionFactory plain = start(SharedRedis.url(), false);
        SessionFactory near = start(SharedRedis.url(), true);
        for (int i = 1; i <= 30; i += 3) {
            awaitNearHit(one, type);
            write(one, type, i);
            assertThat(read(one, type)).isEqualTo(i);
            awaitNearHit(one, type);
            write(plain, type, i + 1);
            int afterPlain = i + 1;
            await("what an instance without near caches wrote", () -> read(one, type) == afterPlain);
            awaitNearHit(one, type);
            write(near, type, i + 2);
            int afterNear = i + 2;
            await("what an instance with near caches wrote", () -> read(one, type) == afterNear);
        }
    }

    @Test
    void evictionsAndBulkOperationsAreSeen() {
        SessionFactory one = start(SharedRedis.url(), true);
        SessionFactory other = start(SharedRedis.url(), false);
        awaitNearHit(one, Strict.class);
        other.inTransaction(session ->
                session.createMutationQuery("update Strict set number = 7").executeUpdate());
        await("a bulk operation", () -> read(one, Strict.class) == 7);
        awaitNearHit(one, Strict.class);
        one.inTransaction(session ->
                session.createMutationQuery("update Strict set number = 8").executeUpdate());
        assertThat(read(one, Strict.class)).isEqualTo(8);
        awaitNearHit(one, Strict.class);
        one.getCache().evict(Strict.class, 1L);
        long misses = counters(one).total().misses().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        read(one, Strict.class);
        assertThat(counters(one).total().misses().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isGreaterThan(misses);
        awaitNearHit(one, Strict.class);
        one.getCache().evictAllRegions();
        long near = nearHits(one);
        read(one, Strict.class);
        assertThat(nearHits(one)).isEqualTo(near);
    }

    /** A repeatable read never gets an entry that is newer than its snapshot. */
    @Test
    void aRepeatableReadIsGivenNothingNewer() {
        SessionFactory one = start(SharedRedis.url(), true, AvailableSettings.ISOLATION, "REPEATABLE_READ");
        try (Session early = one.openSession()) {
            early.beginTransaction();
            early.createNativeQuery("select count(*) from Strict", Long.class).getSingleResult(); // starts the snapshot
            write(one, Strict.class, 1);
            awaitNearHit(one, Strict.class);
            long near = nearHits(one);
            assertThat(early.find(Strict.class, 1L).number).isZero();
            assertThat(nearHits(one)).isEqualTo(near);
            early.getTransaction().commit();
        }
    }

    @Test
    void whatWasLostIsNoticedWithinALease() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            SessionFactory one = start(redis.url(), true);
            SessionFactory other = start(redis.url(), false);
            try (RedisCommands commands = redis.connect()) {
                for (int i = 1; i <= 3; i++) {
                    awaitNearHit(one, Strict.class);
                    commands.flushAll();
                    write(other, Strict.class, i);
                    Thread.sleep(LEASE.toMillis()); // the test checks this bound
                    assertThat(read(one, Strict.class)).isEqualTo(i);
                }
            }
            stop();
            factories.clear();
        }
    }

    /** Without data, or with those of an old snapshot. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRestartIsNoticed(boolean restored) {
        try (RedisServer redis = RedisServer.start()) {
            SessionFactory one = start(redis.url(), true);
            SessionFactory other = start(redis.url(), false);
            awaitNearHit(one, Strict.class);
            if (restored) {
                try (RedisCommands commands = redis.connect()) {
                    commands.call("SAVE");
                }
                write(other, Strict.class, 1);
                awaitNearHit(one, Strict.class);
                redis.kill();
                redis.restart();
            } else {
                redis.restartEmpty();
            }
            write(other, Strict.class, 2);
            await("the value after the restart", () -> read(one, Strict.class) == 2);
            awaitNearHit(one, Strict.class);
            assertThat(read(one, Strict.class)).isEqualTo(2);
            stop();
            factories.clear();
        }
    }

    @Test
    void aChangedNumberOfSegmentsIsNoticedWithinALease() throws Exception {
        String[] settings = {
            RedisSettings.LOCK_TIMEOUT, "1s", RedisSettings.TIMEOUT, "300ms", RedisSettings.SEGMENTS, "1"
        };
        SessionFactory one = start(SharedRedis.url(), true, settings);
        awaitNearHit(one, Strict.class);
        settings[5] = "4";
        SessionFactory other = start(SharedRedis.url(), false, settings);
        awaitNearHit(one, Strict.class);
        other.getCache().evictAllRegions(); // for the time of a lock nothing is stored
        for (int i = 1; i <= 3; i++) {
            write(other, Strict.class, i);
            Thread.sleep(LEASE.toMillis()); // the bound itself is what is tested
            assertThat(read(one, Strict.class)).isEqualTo(i);
            awaitNearHit(one, Strict.class);
            assertThat(read(one, Strict.class)).isEqualTo(i);
        }
    }

    /** In any of its sessions and at any moment, before its commit, too. */
    @Test
    void aSessionNeverReadsTheOldValueOfItsOwnWrite() {
        SessionFactory one = start(SharedRedis.url(), true);
        for (int i = 1; i <= 3; i++) {
            awaitNearHit(one, Strict.class);
            long near = nearHits(one);
            try (Session session = one.openSession()) {
                session.beginTransaction();
                session.createQuery("from Strict where id = 1", Strict.class)
                        .getSingleResult()
                        .set(i);
                session.flush();
                session.clear();
                assertThat(session.find(Strict.class, 1L).get()).isEqualTo(i);
                assertThat(read(one, Strict.class)).as("not committed").isEqualTo(i - 1);
                assertThat(nearHits(one))
                        .as("a row that is being written is not near")
                        .isEqualTo(near);
                session.getTransaction().commit();
                session.clear();
                assertThat(session.find(Strict.class, 1L).get()).isEqualTo(i);
            }
        }
    }

    @Test
    void noTenantFindsWhatIsNearForAnotherOne() {
        SessionFactory one = configure(SharedRedis.url(), true)
                .addAnnotatedClass(Owned.class)
                .buildSessionFactory();
        factories.add(one);
        try (Session acme = as("acme", one)) {
            acme.beginTransaction();
            Owned owned = new Owned();
            owned.id = 1L;
            acme.persist(owned);
            acme.getTransaction().commit();
        }
        await("a near hit of a tenant", () -> {
            long near = nearHits(one);
            try (Session acme = as("acme", one)) {
                assertThat(acme.find(Owned.class, 1L)).isNotNull();
            }
            return nearHits(one) > near;
        });
        long near = nearHits(one);
        try (Session other = as("other", one)) {
            assertThat(other.find(Owned.class, 1L)).isNull();
        }
        assertThat(nearHits(one)).isEqualTo(near);
    }

    private static Session as(String tenant, SessionFactory factory) {
        return factory.withOptions().tenantIdentifier((Object) tenant).openSession();
    }

    /** Of what somebody has changed past the cache. */
    @Test
    void evictionsByAnotherInstanceAreSeen() throws Exception {
        SessionFactory one = start(SharedRedis.url(), true);
        SessionFactory other = start(SharedRedis.url(), false);
        awaitNearHit(one, Strict.class);
        byHand("update Strict set number = 1 where id = 1");
        other.getCache().evict(Strict.class, 1L);
        await("what an entity's eviction shows", () -> read(one, Strict.class) == 1);
        awaitNearHit(one, Strict.class);
        byHand("update Strict set number = 2 where id = 1");
        other.getCache().evict(Strict.class);
        await("what a region's eviction shows", () -> read(one, Strict.class) == 2);
        awaitNearHit(one, Strict.class);
        byHand("update Strict set number = 3 where id = 1");
        other.getCache().evictAllRegions();
        await("what the eviction of all regions shows", () -> read(one, Strict.class) == 3);
    }

    private void byHand(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * No read is older than the commits one lease before it began, even if each subscription is interrupted repeatedly.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noReadIsOlderThanALease(boolean cut) throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            SessionFactory one = start(redis.url(), true);
            SessionFactory other = start(redis.url(), false);
            awaitNearHit(one, Strict.class);
            AtomicBoolean over = new AtomicBoolean();
            long[] committedAt = new long[100_000];
            AtomicLong newest = new AtomicLong();
            Thread writer = new Thread(() -> {
                for (int value = 1; !over.get(); value++) {
                    write(other, Strict.class, value);
                    committedAt[value] = System.nanoTime();
                    newest.set(value);
                    pause(5);
                }
            });
            Thread cutter = new Thread(() -> {
                try (RedisCommands commands = redis.connect()) {
                    while (!over.get() && cut) {
                        commands.call("CLIENT", "KILL", "TYPE", "pubsub");
                        pause(50);
                    }
                }
            });
            writer.start();
            cutter.start();
            long reads = 0;
            long stale = 0;
            long oldest = 0;
            long nearBefore = nearHits(one);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (System.nanoTime() < end) {
                long known = newest.get();
                long begun = System.nanoTime();
                int value = read(one, Strict.class);
                reads++;
                if (value < known) {
                    stale++;
                    oldest = Math.max(oldest, begun - committedAt[value + 1]);
                }
            }
            over.set(true);
            writer.join();
            cutter.join();
            System.out.printf(
                    "cut %s: %,d reads, %,d near hits, %,d older than a commit that had returned, the oldest by %.1f ms; %,d writes%n",
                    cut, reads, nearHits(one) - nearBefore, stale, oldest / 1e6, newest.get());
            assertThat(newest.get()).isGreaterThan(50);
            assertThat(nearHits(one)).isGreaterThan(nearBefore);
            assertThat(oldest).isLessThanOrEqualTo(LEASE.toNanos());
            stop();
            factories.clear();
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void withoutTheRightToSubscribeTheRegionWorks() {
        try (RedisServer redis = RedisServer.start();
                RedisCommands commands = redis.connect()) {
            commands.call("ACL", "SETUSER", "poor", "on", ">secret", "~*", "+@all", "-subscribe", "resetchannels");
            String url = redis.url().replace("redis://", "redis://poor:secret@");
            SessionFactory one = start(url, true);
            SessionFactory other = start(redis.url(), true);
            awaitNearHit(other, Strict.class);
            write(one, Strict.class, 1);
            await("what was written without the right to publish", () -> read(other, Strict.class) == 1);
            write(other, Strict.class, 2);
            assertThat(read(one, Strict.class)).isEqualTo(2);
            assertThat(nearHits(one)).isZero();
            stop();
            factories.clear();
        }
    }

    @Test
    void worksInACluster() {
        try (RedisCluster cluster = RedisCluster.start()) {
            SessionFactory one = start(cluster.urls(), true, RedisSettings.MODE, "cluster");
            SessionFactory other = start(cluster.urls(), false, RedisSettings.MODE, "cluster");
            for (int i = 1; i <= 5; i++) {
                awaitNearHit(one, Strict.class);
                write(other, Strict.class, i);
                int value = i;
                await("what another instance wrote", () -> read(one, Strict.class) == value);
            }
            stop();
            factories.clear();
        }
    }
}
