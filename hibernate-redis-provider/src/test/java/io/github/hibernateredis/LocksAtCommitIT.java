package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.WriteFailures;
import io.github.hibernateredis.testing.Hooks;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Version;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From the moment when a commit becomes visible until its locks end, no session reads a changed entry from the cache.
 */
final class LocksAtCommitIT {

    @Entity(name = "Part")
    @Cacheable
    static class Part {
        @Id
        Long id;

        String name;

        Part() {}

        Part(long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    private static final String PREFIX = "locks-at-commit";

    /** Longer than a third of the lease. */
    private static final long OLD_MILLIS = 2_100;

    private static final int LOCK_ATTEMPTS = 3;

    private static final Hooks HOOKS = new Hooks();
    private static final Hooks CONSISTENT_HOOKS = new Hooks();
    private static SessionFactory factory;
    private static SessionFactory consistent;
    private static SessionFactory other;

    @BeforeAll
    static void start() {
        factory = open(new RedisRegionFactory(HOOKS::around), OutagePolicy.AVAILABLE);
        consistent = open(new RedisRegionFactory(CONSISTENT_HOOKS::around), OutagePolicy.CONSISTENT);
        other = open(new RedisRegionFactory(), OutagePolicy.AVAILABLE);
    }

    private static SessionFactory open(RedisRegionFactory regions, OutagePolicy policy) {
        Configuration configuration = new Configuration().addAnnotatedClass(Part.class);
        configuration.getProperties().put(AvailableSettings.CACHE_REGION_FACTORY, regions);
        configuration.getProperties().put(RedisSettings.OUTAGE_POLICY, policy);
        return configuration
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:" + PREFIX + ";DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "update")
                .setProperty(RedisSettings.URL, SharedRedis.url())
                .setProperty(RedisSettings.TIMEOUT, "2s")
                .setProperty(RedisSettings.LOCK_TIMEOUT, "6s")
                .setProperty(RedisSettings.KEY_PREFIX, PREFIX)
                .buildSessionFactory();
    }

    @AfterAll
    static void stop() {
        other.close();
        consistent.close();
        factory.close();
    }

    @BeforeEach
    void aCachedPart() {
        HOOKS.reset();
        CONSISTENT_HOOKS.reset();
        factory.inTransaction(
                session -> session.createMutationQuery("delete from Part").executeUpdate());
        factory.inTransaction(session -> session.persist(new Part(1, "old")));
        cacheElsewhere();
        HOOKS.reset();
    }

    private static void cacheElsewhere() {
        long begin = System.nanoTime();
        while (!other.getCache().containsEntity(Part.class, 1L)) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
            assertThat(nameElsewhere()).isEqualTo("old");
        }
    }

    private static String nameElsewhere() {
        return other.fromTransaction(session -> session.find(Part.class, 1L).name);
    }

    private static void update(Session session) {
        session.find(Part.class, 1L).name = "new";
        session.flush();
    }

    private static void bulkUpdate(Session session) {
        session.createMutationQuery("update Part set name = 'new'").executeUpdate();
    }

    /** Deletes everything that Redis stores for the region. */
    private static void loseEverything() {
        try (RedisCommands redis = SharedRedis.connect()) {
            redis.keys(PREFIX + ":*").forEach(key -> redis.call("DEL", key));
        }
    }

    /** Runs between the commit and the end of the locks. */
    private static @Nullable CompletableFuture<?> readsTheNewName() {
        assertThat(nameElsewhere()).isEqualTo("new");
        return null;
    }

    @Test
    void aRegionLockThatWasLostIsTakenAgainBeforeTheCommit() {
        int[] ends = {0};
        HOOKS.on("unlockRegion", arguments -> {
            ends[0]++;
            return readsTheNewName();
        });
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            bulkUpdate(session);
            loseEverything();
            cacheElsewhere();
            session.getTransaction().commit();
        }
        assertThat(ends[0]).isEqualTo(1);
        assertThat(nameElsewhere()).isEqualTo("new");
    }

    @Test
    void aRegionLockThatMustBeThereAndIsNotStopsTheCommit() {
        try (Session session = consistent.openSession()) {
            session.beginTransaction();
            bulkUpdate(session);
            CONSISTENT_HOOKS.on("lockRegion", arguments -> CompletableFuture.completedFuture(false));
            assertThatThrownBy(() -> session.getTransaction().commit())
                    .hasStackTraceContaining(UnconfirmedWriteException.class.getName());
        }
        assertThat(nameElsewhere()).isEqualTo("old");
    }

    @Test
    void aLockThatIsOldIsSentAgainBeforeTheCommit() throws Exception {
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            update(session);
            becomeOldAndLost();
            session.getTransaction().commit();
        }
    }

    /** The ORM does not report the imminent commit to the context of a stateless session. */
    @Test
    void aLockOfAStatelessSessionThatIsOldIsSentAgainBeforeTheCommit() throws Exception {
        assumeThat(Version.getVersionString())
                .as("before ORM 7 the single writes of a stateless session bypass the cache")
                .doesNotStartWith("6.");
        try (StatelessSession session = factory.openStatelessSession()) {
            session.beginTransaction();
            session.update(new Part(1, "new"));
            becomeOldAndLost();
            session.getTransaction().commit();
        }
    }

    /** Fails the commit if the lock is not in place when the commit becomes visible. */
    private static void becomeOldAndLost() throws InterruptedException {
        assertThat(HOOKS.count("begin")).isEqualTo(1);
        loseEverything();
        cacheElsewhere();
        Thread.sleep(OLD_MILLIS); // the code uses the system clock
        HOOKS.on("end", arguments -> readsTheNewName());
    }

    enum Write {
        UPDATE {
            @Override
            void in(Session session) {
                update(session);
            }
        },
        INSERT {
            @Override
            void in(Session session) {
                session.persist(new Part(2, "new"));
                update(session);
            }
        };

        abstract void in(Session session);
    }

    @ParameterizedTest
    @EnumSource
    void aLockThatMustBeThereIsSentUntilItIs(Write write) {
        failTheFirst(CONSISTENT_HOOKS, LOCK_ATTEMPTS);
        consistent.inTransaction(write::in);
        assertThat(CONSISTENT_HOOKS.count("begin")).isEqualTo(1 + LOCK_ATTEMPTS);
        assertThat(nameElsewhere()).isEqualTo("new");
    }

    @Test
    void aLockThatMustBeThereAndIsNotStopsTheCommit() {
        failTheFirst(CONSISTENT_HOOKS, Integer.MAX_VALUE);
        assertThatThrownBy(() -> consistent.inTransaction(LocksAtCommitIT::update))
                .hasStackTraceContaining(UnconfirmedWriteException.class.getName());
        assertThat(CONSISTENT_HOOKS.count("begin")).isEqualTo(1 + LOCK_ATTEMPTS);
        assertThat(nameElsewhere()).isEqualTo("old");
    }

    @Test
    void aLockThatNeedNotBeThereIsSentAgainOnce() {
        failTheFirst(HOOKS, Integer.MAX_VALUE);
        factory.inTransaction(LocksAtCommitIT::update);
        assertThat(HOOKS.count("begin")).isEqualTo(2);
        assertThat(nameElsewhere()).isEqualTo("new");
    }

    private static void failTheFirst(Hooks hooks, int times) {
        hooks.on(
                "begin",
                arguments -> hooks.count("begin") > times
                        ? null
                        : CompletableFuture.completedFuture(new TransactionBegun(Map.of(), false, WriteFailures.NONE)));
    }
}
