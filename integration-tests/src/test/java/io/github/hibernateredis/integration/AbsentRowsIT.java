package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.hibernateredis.RedisCacheRegion;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.MissReason;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Synchronization;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.hibernate.CacheMode;
import org.hibernate.ObjectNotFoundException;
import org.hibernate.Session;
import org.hibernate.Transaction;
import org.hibernate.Version;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.LoadEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that do not exist are found absent without SQL, until they are inserted. */
class AbsentRowsIT {

    private static final long NOBODY = 99;

    @Entity(name = "Member")
    @Cacheable
    @RedisCacheRegion(absentTtl = "1h")
    static class Member {
        @Id
        Long id;

        String name;

        Member() {}

        Member(long id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    @Entity(name = "Patron")
    static class Patron extends Member {

        Patron() {}

        Patron(long id, String name) {
            super(id, name);
        }
    }

    @Entity(name = "Guest")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
    @RedisCacheRegion(absentTtl = "1h")
    static class Guest {
        @Id
        Long id;

        Guest() {}

        Guest(long id) {
            this.id = id;
        }
    }

    @Entity(name = "Numbered")
    @Cacheable
    @RedisCacheRegion(absentTtl = "1h")
    static class Numbered {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;
    }

    private Nodes nodes;

    private Nodes start(String name, String... settings) {
        Application.Builder builder =
                Application.on("absent-" + name, Member.class, Patron.class, Guest.class, Numbered.class);
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        nodes = Nodes.start(builder);
        return nodes;
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static Consumer<Session> isNobody(Class<?> type) {
        return session -> assertThat(session.find(type, NOBODY)).isNull();
    }

    private static void assertFound(Application node) {
        node.transact(
                session -> assertThat(session.find(Member.class, NOBODY).name).isEqualTo("somebody"));
    }

    private static Member somebody() {
        return new Member(NOBODY, "somebody");
    }

    /**
     * As a multi-load does, whose API each version has its own of: it asks the cache, and no load follows for what is
     * absent.
     */
    @Test
    void whatTheCacheHasSaidDoesNotCountForALoadThatIgnoresIt() {
        start("multi");
        nodes.one.transact(isNobody(Guest.class));
        nodes.one.transact(session -> {
            SharedSessionContractImplementor asking = (SharedSessionContractImplementor) session;
            EntityPersister persister =
                    asking.getFactory().getMappingMetamodel().getEntityDescriptor(Guest.class);
            EntityDataAccess cache = persister.getCacheAccessStrategy();
            cache.get(asking, cache.generateCacheKey(NOBODY, persister, asking.getFactory(), null));
            session.doWork(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.executeUpdate("insert into Guest values (" + NOBODY + ")");
                }
            });
            assertThat(session.byId(Guest.class).with(CacheMode.IGNORE).load(NOBODY))
                    .isNotNull();
        });
    }

    @Test
    void anAbsentRowIsFoundAbsentWithoutSql() {
        start("find").share(isNobody(Member.class));
        assertThat(nodes.one.factory().getCache().containsEntity(Member.class, NOBODY))
                .isFalse();
        nodes.assertCached(session -> {
            assertThat(session.byId(Member.class).loadOptional(NOBODY)).isEmpty();
            assertThat(session.find(Member.class, NOBODY)).isNull();
        });
        nodes.assertCached(session -> {
            Member reference = session.getReference(Member.class, NOBODY);
            assertThatThrownBy(() -> reference.name.length())
                    .isInstanceOfAny(
                            NullPointerException.class, EntityNotFoundException.class, ObjectNotFoundException.class);
        });
    }

    @Test
    void afterAnInsertTheRowIsFoundByAll() {
        start("insert").share(isNobody(Member.class));

        nodes.two.transact(session -> session.persist(somebody()));

        assertFound(nodes.one);
        Nodes.assertServed(nodes.one, session -> session.find(Member.class, NOBODY));
        Nodes.assertServed(nodes.two, session -> session.find(Member.class, NOBODY));
    }

    /**
     * From the insert on, even before its commit, other sessions cannot store that the row does not exist. The
     * inserting session sees its own row.
     */
    @Test
    void noSessionStoresThatARowIsAbsentAfterItsInsert() {
        start("race").share(isNobody(Member.class));

        try (Session writer = nodes.two.factory().openSession()) {
            Transaction transaction = writer.beginTransaction();
            writer.persist(somebody());
            writer.flush();
            writer.clear();
            assertThat(writer.find(Member.class, NOBODY)).isNotNull();
            transaction.commit();
        }
        assertFound(nodes.one);
    }

    /** A value from a snapshot before the insert is refused. */
    @Test
    void whatWasReadBeforeTheInsertIsNotStoredAfterIt() {
        start("snapshot", AvailableSettings.ISOLATION, String.valueOf(Connection.TRANSACTION_REPEATABLE_READ))
                .share(isNobody(Member.class));
        try (Session reader = nodes.one.factory().openSession()) {
            Transaction transaction = reader.beginTransaction();
            reader.createNativeQuery("select count(*) from Member", Long.class).getSingleResult();
            nodes.two.transact(session -> session.persist(somebody()));
            assertThat(reader.find(Member.class, NOBODY)).isNull();
            transaction.commit();
        }
        assertFound(nodes.one);
        assertFound(nodes.two);
    }

    @Test
    void aRollbackLeavesNothing() {
        start("rollback").share(isNobody(Member.class));

        Nodes.rollBack(nodes.two, session -> {
            session.persist(somebody());
            session.flush();
        });

        nodes.assertCached(isNobody(Member.class));
    }

    @Test
    void aDeletedRowIsAbsentUntilItIsInsertedAgain() {
        start("delete");
        nodes.one.transact(session -> session.persist(somebody()));
        nodes.seeChange(session -> session.remove(session.find(Member.class, NOBODY)), isNobody(Member.class));
        nodes.one.transact(session -> {
            session.persist(somebody());
            session.flush();
            session.find(Member.class, NOBODY).name = "other";
            session.flush();
            session.find(Member.class, NOBODY).name = "somebody";
        });
        assertFound(nodes.two);
        Nodes.assertServed(nodes.two, session -> session.find(Member.class, NOBODY));
    }

    /** Inserts that the ORM does not report to the cache of entities, or only after the commit. */
    enum Insert {
        WITHOUT_CACHE(node -> node.transact(session -> {
            session.setCacheMode(CacheMode.IGNORE);
            session.persist(somebody());
        })),
        BULK(node -> node.transact(
                session -> session.createMutationQuery("insert into Member (id, name) values (99, 'somebody')")
                        .executeUpdate())),
        NATIVE(node -> node.transact(session -> session.createNativeMutationQuery(
                        "insert into Member (DTYPE, id, name) values ('Member', 99, 'somebody')")
                .executeUpdate())),
        INSERTED_AND_CHANGED(node -> node.transact(session -> {
            Member member = new Member(NOBODY, "nobody");
            session.persist(member);
            session.flush();
            member.name = "somebody";
        })),
        SUBCLASS(node -> node.transact(session -> session.persist(new Patron(NOBODY, "somebody"))));

        private final Consumer<Application> action;

        Insert(Consumer<Application> action) {
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyInsertByHibernateIsSeen(Insert insert) {
        start("by-" + insert).share(isNobody(Member.class));

        insert.action.accept(nodes.two);

        assertFound(nodes.one);
        assertFound(nodes.two);
    }

    @Test
    void aStatelessInsertIsSeen() {
        start("stateless").share(isNobody(Member.class));
        assumeFalse(Version.getVersionString().startsWith("6."), "6.6 tells nobody which session has inserted");
        nodes.two.factory().inStatelessTransaction(session -> session.insert(somebody()));
        assertFound(nodes.one);
    }

    @Test
    void aRowWhoseIdentifierTheDatabaseMakesIsSeen() {
        start("identity");
        Long last = nodes.one.inTransaction(session -> {
            Numbered numbered = new Numbered();
            session.persist(numbered);
            return numbered.id;
        });
        Consumer<Session> next =
                session -> assertThat(session.find(Numbered.class, last + 1)).isNull();
        nodes.assertCached(next);

        nodes.two.transact(session -> session.persist(new Numbered()));

        nodes.one.transact(
                session -> assertThat(session.find(Numbered.class, last + 1)).isNotNull());
    }

    @Test
    void whatIsNonstrictIsSeenToo() {
        start("nonstrict").share(isNobody(Guest.class));
        nodes.two.transact(session -> session.persist(new Guest(NOBODY)));
        nodes.one.transact(
                session -> assertThat(session.find(Guest.class, NOBODY)).isNotNull());
    }

    /** A row of another type than the requested one exists. */
    @Test
    void aFindOfASubclassSaysNothingOfTheOthers() {
        start("subclass");
        nodes.one.transact(session -> session.persist(somebody()));
        nodes.evictEverything();
        for (int i = 0; i < 3; i++) {
            nodes.one.transact(isNobody(Patron.class));
        }
        assertFound(nodes.one);
    }

    @Test
    void aLockingFindAsksTheDatabase() {
        start("locking").share(isNobody(Member.class));
        assertThat(nodes.one.statements(() -> nodes.one.transact(
                        session -> assertThat(session.find(Member.class, NOBODY, LockModeType.PESSIMISTIC_WRITE))
                                .isNull())))
                .isEqualTo(1);
    }

    @Test
    void whereTheCacheIsNotToBeAskedTheDatabaseIs() {
        start("modes").share(isNobody(Member.class));
        assertThat(nodes.one.statements(() -> nodes.one.transact(session -> {
                    session.byMultipleIds(Member.class).multiLoad(NOBODY, NOBODY + 1);
                    session.byId(Member.class).with(CacheMode.IGNORE).load(NOBODY);
                })))
                .isEqualTo(2);
    }

    /** The writer stops after its commit for longer than the lease of its lock, as if it had died. */
    @Test
    void afterTheDeathOfTheOneThatInsertsTheRowIsFound() throws Exception {
        start("death", "hibernate.cache.redis.lock_timeout", "1s", "hibernate.cache.redis.timeout", "300ms")
                .share(isNobody(Member.class));
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> nodes.two.transact(session -> {
            session.persist(somebody());
            session.flush();
            session.getTransaction().registerSynchronization(new Synchronization() {
                @Override
                public void beforeCompletion() {}

                @Override
                public void afterCompletion(int status) {
                    committed.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
        }));
        committed.await();
        try {
            for (int i = 0; i < 30; i++) {
                assertFound(nodes.one);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            Nodes.assertServed(nodes.one, session -> session.find(Member.class, NOBODY));
        } finally {
            released.countDown();
        }
        writer.get(20, TimeUnit.SECONDS);
        assertFound(nodes.one);
    }

    /** The inserts of another application are not reported to the cache. */
    @Test
    void whatOthersInsertIsFoundWhenTheTimeIsOver() throws Exception {
        start("others", "hibernate.cache.redis.region." + Member.class.getName() + ".absent_ttl", "1s");
        nodes.one.transact(isNobody(Member.class));
        nodes.one.transact(session -> session.doWork(connection -> connection
                .createStatement()
                .executeUpdate("insert into Member (DTYPE, id, name) values ('Member', 99, 'somebody')")));

        boolean found = false;
        for (int i = 0; i < 100 && !found; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            found = nodes.one.find(Member.class, NOBODY) != null;
        }
        assertThat(found).isTrue();
    }

    /**
     * The application's listeners are called as before. A listener that replaces the ORM's keeps the events from the
     * cache.
     */
    @Test
    void listenersOfTheApplicationStay() {
        start("listeners");
        List<Object> heard = new ArrayList<>();
        EventListenerRegistry registry = registry(nodes.one);
        registry.appendListeners(EventType.LOAD, (LoadEventListener) (event, type) -> heard.add(event.getEntityId()));
        nodes.share(isNobody(Member.class));
        nodes.one.transact(isNobody(Member.class));
        assertThat(heard).isNotEmpty().containsOnly(NOBODY);
    }

    @Test
    void whereTheApplicationReplacesTheListenerNothingIsRemembered() {
        start("replaced");
        registry(nodes.one).setListeners(EventType.LOAD, new DefaultLoadEventListener());
        registry(nodes.two).setListeners(EventType.LOAD, new DefaultLoadEventListener());
        for (int i = 0; i < 3; i++) {
            assertThat(nodes.one.statements(() -> nodes.one.transact(isNobody(Member.class))))
                    .isEqualTo(1);
        }
    }

    private static EventListenerRegistry registry(Application node) {
        return node.factory()
                .unwrap(SessionFactoryImplementor.class)
                .getEventEngine()
                .getListenerRegistry();
    }

    /** As while the setting is being deployed. */
    @Test
    void toAnInstanceThatRemembersNoneItIsAMissLikeAnyOther() {
        List<String> told = new CopyOnWriteArrayList<>();
        CacheListener listener = new CacheListener() {
            @Override
            public void miss(String region, MissReason reason) {
                told.add("miss " + reason);
            }

            @Override
            public void hit(String region) {
                told.add("hit");
            }

            @Override
            public void decodeFailed(String region, String key) {
                told.add("damage");
            }
        };
        start("mixed").share(isNobody(Member.class));
        try (Application other = Application.on("absent-mixed", Member.class, Patron.class, Guest.class, Numbered.class)
                .set(RedisSettings.forRegion(Member.class.getName(), RedisSettings.ABSENT_TTL), "off")
                .set(RedisSettings.LISTENER, listener)
                .start()) {
            assertThat(other.statements(() -> other.transact(isNobody(Member.class))))
                    .isEqualTo(1);
            assertThat(told).containsExactly("miss ABSENT");
            nodes.assertCached(isNobody(Member.class));
            other.transact(session -> session.persist(somebody()));
            assertFound(nodes.one);
            assertFound(other);
            assertThat(told).doesNotContain("damage");
        }
    }

    @Test
    void whereItIsNotAskedForEachFindAsksTheDatabase() {
        start("off", "hibernate.cache.redis.region." + Member.class.getName() + ".absent_ttl", "off");
        for (int i = 0; i < 3; i++) {
            assertThat(nodes.one.statements(() -> nodes.one.transact(isNobody(Member.class))))
                    .isEqualTo(1);
        }
    }
}
