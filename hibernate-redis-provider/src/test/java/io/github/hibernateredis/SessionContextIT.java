package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.WriteFailures;
import io.github.hibernateredis.testing.Hooks;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hibernate.HibernateException;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.spi.PostCommitUpdateEventListener;
import org.hibernate.event.spi.PostUpdateEvent;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks what a session sends and when, and which early answers it must not use. */
final class SessionContextIT {

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

    @Entity(name = "Screw")
    @Cacheable
    static class Screw {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Bolt")
    @Cacheable
    @NaturalIdCache
    static class Bolt {
        @Id
        Long id;

        @NaturalId
        String code;

        Bolt() {}

        Bolt(long id, String code) {
            this.id = id;
            this.code = code;
        }
    }

    private static final Hooks HOOKS = new Hooks();
    private static final List<Long> IDS = List.of(1L, 2L, 3L);
    private static SessionFactory factory;
    private static SessionFactory other;

    @BeforeAll
    static void start() {
        factory = open(new RedisRegionFactory(HOOKS::around));
        other = open(new RedisRegionFactory());
    }

    private static SessionFactory open(RedisRegionFactory regions) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Part.class)
                .addAnnotatedClass(Screw.class)
                .addAnnotatedClass(Bolt.class);
        configuration.getProperties().put(AvailableSettings.CACHE_REGION_FACTORY, regions);
        return configuration
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:context;DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "update")
                .setProperty(AvailableSettings.USE_QUERY_CACHE, "true")
                .setProperty(RedisSettings.URL, SharedRedis.url())
                .setProperty(RedisSettings.TIMEOUT, "2s")
                .setProperty(RedisSettings.LOCK_TIMEOUT, "6s")
                .setProperty(RedisSettings.KEY_PREFIX, "context")
                .buildSessionFactory();
    }

    @AfterAll
    static void stop() {
        factory.close();
        other.close();
    }

    @BeforeEach
    void threeCachedParts() {
        HOOKS.reset();
        factory.inTransaction(session -> {
            session.createMutationQuery("delete from Part").executeUpdate();
            session.createMutationQuery("delete from Screw").executeUpdate();
        });
        factory.inTransaction(session -> IDS.forEach(id -> session.persist(new Part(id, "old"))));
        eventually(() -> {
            factory.inTransaction(session -> IDS.forEach(id -> session.find(Part.class, id)));
            return IDS.stream().allMatch(id -> factory.getCache().containsEntity(Part.class, id));
        });
        HOOKS.reset();
    }

    private static void changeElsewhere() {
        other.inTransaction(session -> session.find(Part.class, 2L).name = "new");
    }

    private static void eventually(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
        }
    }

    // Reading ahead

    /** (I7) */
    @Test
    void aReadDoesNotWaitForAReadOfAnotherKey() {
        CompletableFuture<Void> isReading = new CompletableFuture<>();
        CompletableFuture<Lookup> answer = new CompletableFuture<>();
        HOOKS.on("read", arguments -> {
            if (arguments[0].equals("1")) {
                isReading.complete(null);
                return answer;
            }
            return null;
        });
        CompletableFuture<Part> first =
                CompletableFuture.supplyAsync(() -> factory.fromTransaction(session -> session.find(Part.class, 1L)));
        isReading.join();
        CompletableFuture<Part> second =
                CompletableFuture.supplyAsync(() -> factory.fromTransaction(session -> session.find(Part.class, 2L)));
        assertThat(second).succeedsWithin(1, TimeUnit.SECONDS);
        assertThat(first).isNotDone();
        answer.complete(Lookup.Miss.ABSENT);
        assertThat(first).succeedsWithin(1, TimeUnit.SECONDS);
    }

    @Test
    void whatWasReadAheadAnswersOnce() {
        factory.inTransaction(session -> {
            Prefetch.entities(session, Part.class, IDS);
            IDS.forEach(id -> assertThat(session.find(Part.class, id).name).isEqualTo("old"));
            assertThat(HOOKS.count("readAll")).isEqualTo(1);
            assertThat(HOOKS.count("read")).isZero();
            session.clear();
            session.find(Part.class, 2L);
            assertThat(HOOKS.count("read")).isEqualTo(1);
        });
    }

    @Test
    void whatWasReadAheadIsOfNoUseAfterTheTransaction() {
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            Prefetch.entities(session, Part.class, IDS);
            session.getTransaction().commit();
            changeElsewhere();
            session.beginTransaction();
            assertThat(session.find(Part.class, 2L).name).isEqualTo("new");
            session.getTransaction().commit();
        }
    }

    @Test
    void whatWasReadAheadIsOfNoUseInTheTransactionThatFollows() {
        try (Session session = factory.openSession()) {
            Prefetch.entities(session, Part.class, IDS);
            changeElsewhere();
            session.beginTransaction();
            assertThat(session.find(Part.class, 2L).name).isEqualTo("new");
            session.getTransaction().commit();
        }
    }

    @Test
    void whatAStatelessSessionReadAheadIsOfNoUseAfterTheTransaction() {
        try (StatelessSession session = factory.openStatelessSession()) {
            session.beginTransaction();
            Prefetch.entities(session, Part.class, IDS);
            session.getTransaction().commit();
            changeElsewhere();
            session.beginTransaction();
            assertThat(session.get(Part.class, 2L).name).isEqualTo("new");
            session.getTransaction().commit();
        }
    }

    @Test
    void whatAStatelessSessionReadAheadIsOfNoUseInTheTransactionThatFollows() {
        try (StatelessSession session = factory.openStatelessSession()) {
            Prefetch.entities(session, Part.class, IDS);
            assertThat(HOOKS.count("readAll")).isEqualTo(1);
            assertThat(session.get(Part.class, 1L).name).isEqualTo("old");
            assertThat(HOOKS.count("read")).isZero();
            changeElsewhere();
            session.beginTransaction();
            assertThat(session.get(Part.class, 2L).name).isEqualTo("new");
            session.getTransaction().commit();
        }
    }

    @Test
    void whatWasReadAheadIsOfNoUseOnceTheSessionHasWrittenIt() {
        try (StatelessSession session = factory.openStatelessSession()) {
            session.beginTransaction();
            Prefetch.entities(session, Part.class, IDS);
            session.update(new Part(2, "new"));
            assertThat(session.get(Part.class, 2L).name).isEqualTo("new");
            session.getTransaction().commit();
            assertThat(session.get(Part.class, 2L).name).isEqualTo("new");
        }
    }

    @Test
    void whatWasReadAheadIsOfNoUseAfterABulkUpdate() {
        factory.inTransaction(session -> {
            Prefetch.entities(session, Part.class, IDS);
            session.createMutationQuery("update Part set name = 'new'").executeUpdate();
            assertThat(session.find(Part.class, 2L).name).isEqualTo("new");
        });
    }

    @Test
    void whatWasReadAheadIsOfNoUseAfterAnEviction() {
        factory.inTransaction(session -> {
            Prefetch.entities(session, Part.class, IDS);
            factory.getCache().evictEntityData(Part.class, 2L);
            session.find(Part.class, 2L);
            assertThat(HOOKS.count("readAll")).isEqualTo(2);
        });
    }

    @Test
    void whatWasReadAheadIsOfNoUseAfterASecond() throws Exception {
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            Prefetch.entities(session, Part.class, IDS);
            Thread.sleep(1100); // the clock that it goes by is the system's
            session.find(Part.class, 2L);
            assertThat(HOOKS.count("readAll")).isEqualTo(2);
            session.getTransaction().commit();
        }
    }

    // Locks

    @Test
    void anUnlockWaitsForTheReplyToItsLock() {
        CompletableFuture<TransactionBegun> reply = new CompletableFuture<>();
        HOOKS.on("begin", arguments -> reply);
        List<String> unlocks = new ArrayList<>();
        HOOKS.on("end", arguments -> {
            unlocks.add(reply.isDone() ? "after the reply" : "before the reply");
            return null;
        });
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            session.find(Part.class, 2L).name = "never";
            session.flush();
            CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
                    .execute(() -> reply.complete(NOTHING_IN_PLACE));
            session.getTransaction().rollback();
        }
        assertThat(unlocks).containsExactly("after the reply");
    }

    @Test
    void aLockThatWasNotConfirmedIsSentAgainBeforeTheCommit() {
        HOOKS.on("begin", arguments -> HOOKS.count("begin") == 1 ? failure() : notCommitted());
        factory.inTransaction(session -> session.find(Part.class, 2L).name = "new");
        assertThat(HOOKS.count("begin")).isEqualTo(2);
    }

    /** Sends the request, but fails the test if the transaction's write is visible already. */
    private static @Nullable CompletableFuture<?> notCommitted() {
        String name = other.fromStatelessSession(
                session -> session.createSelectionQuery("select name from Part where id = 2", String.class)
                        .getSingleResult());
        assertThat(name).isEqualTo("old");
        return null;
    }

    private static final TransactionBegun NOTHING_IN_PLACE = new TransactionBegun(Map.of(), false, WriteFailures.NONE);

    private static CompletableFuture<?> failure() {
        return CompletableFuture.completedFuture(NOTHING_IN_PLACE);
    }

    /**
     * A listener of the application throws an exception, so the ORM does not report the end to the session's context.
     */
    @Test
    void theHeartbeatSendsWhatABrokenCompletionHasLeft() {
        boolean[] failing = {true};
        factory.unwrap(SessionFactoryImplementor.class)
                .getEventListenerGroups()
                .eventListenerGroup_POST_COMMIT_UPDATE
                .appendListener(new PostCommitUpdateEventListener() {
                    @Override
                    public void onPostUpdate(PostUpdateEvent event) {
                        if (failing[0]) {
                            throw new HibernateException("a listener fails");
                        }
                    }

                    @Override
                    public void onPostUpdateCommitFailed(PostUpdateEvent event) {}

                    @Override
                    public boolean requiresPostCommitHandling(EntityPersister persister) {
                        return true;
                    }
                });
        try {
            assertThatThrownBy(() -> factory.inTransaction(session -> session.find(Part.class, 2L).name = "new"))
                    .isInstanceOf(HibernateException.class);
            eventually(() -> HOOKS.count("end") == 1);
            eventually(() -> factory.fromTransaction(session -> session.find(Part.class, 2L).name)
                    .equals("new"));
        } finally {
            failing[0] = false;
        }
    }

    // Tables

    @Test
    void aMarkerThatWasNotConfirmedIsSentAgainBeforeTheCommit() {
        List<TableUpdate> marked = marked(() -> HOOKS.count("begin") == 1 ? failure() : notCommitted());
        factory.inTransaction(session -> session.persist(screw()));
        assertThat(marked).hasSize(2);
    }

    /** The markers that are sent from now on. */
    private static List<TableUpdate> marked(Supplier<@Nullable CompletableFuture<?>> instead) {
        List<TableUpdate> marked = new ArrayList<>();
        HOOKS.on("begin", arguments -> {
            TableUpdate update = ((TransactionBegin) arguments[0]).update();
            if (update != null) {
                marked.add(update);
            }
            return instead.get();
        });
        return marked;
    }

    @Test
    void aTransactionSeesItsOwnWritesThoughTheirMarkerIsOnItsWay() {
        Consumer<Session> query =
                session -> assertThat(session.createSelectionQuery("from Part where name = 'old'", Part.class)
                                .setCacheable(true)
                                .list())
                        .hasSize(3);
        factory.inTransaction(query::accept);
        factory.inTransaction(query::accept);
        CompletableFuture<TransactionBegun> late = new CompletableFuture<>();
        HOOKS.on("begin", arguments -> late);
        factory.inTransaction(session -> {
            session.find(Part.class, 2L).name = "new";
            session.flush();
            assertThat(session.createSelectionQuery("from Part where name = 'old'", Part.class)
                            .setCacheable(true)
                            .list())
                    .hasSize(2);
            late.complete(NOTHING_IN_PLACE);
        });
    }

    /** The marker that was set first has the oldest lease. */
    @Test
    void allTablesAreMarkedAgainIfTheFirstMarkerIsOld() throws Exception {
        List<TableUpdate> marked = marked(() -> null);
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            session.persist(screw());
            session.flush();
            Thread.sleep(2100); // the clock that it goes by is the system's
            session.find(Part.class, 2L).name = "new";
            session.getTransaction().commit();
        }
        assertThat(marked).hasSize(2);
        assertThat(marked.get(1).tables()).hasSize(2);
    }

    private static Screw screw() {
        Screw screw = new Screw();
        screw.id = 1L;
        return screw;
    }

    /** During an outage a commit must not wait for more requests than necessary. */
    @Test
    void aMarkerThatIsNeverConfirmedIsSentAgainOnce() {
        List<TableUpdate> marked = marked(SessionContextIT::failure);
        factory.inTransaction(session -> session.persist(screw()));
        assertThat(marked).hasSize(2);
    }

    // Loads

    @Test
    void anInsertedRowThatIsReadAgainIsNotStoredBeforeTheCommit() {
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            session.persist(new Bolt(9, "never"));
            session.flush();
            session.clear();
            assertThat(session.find(Bolt.class, 9L).code).isEqualTo("never");
            assertThat(HOOKS.count("put")).isZero();
            session.getTransaction().rollback();
        }
    }

    /** The result of a query after the transaction's own write is stored after the commit. */
    @Test
    void aResultThatShowsAnUncommittedWriteIsNotStoredBeforeTheCommit() {
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            session.find(Part.class, 2L).name = "never";
            session.flush();
            HOOKS.reset();
            session.createSelectionQuery("select name from Part", String.class)
                    .setCacheable(true)
                    .list();
            assertThat(HOOKS.count("put")).isZero();
            session.getTransaction().rollback();
            assertThat(HOOKS.count("put")).isZero();
        }
    }
}
