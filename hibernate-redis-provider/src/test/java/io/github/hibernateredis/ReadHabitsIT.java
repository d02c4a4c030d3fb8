package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import io.github.hibernateredis.testing.Rounds;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hibernate.CacheMode;
import org.hibernate.FlushMode;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collection is read together with its owner if sessions usually read it after the owner. */
final class ReadHabitsIT {

    /** More than the predictor needs to learn. */
    private static final int OFTEN = 70;

    private static final int OWNERS = 10;
    private static final int MEMBERS = 20;

    @Entity(name = "Owner")
    @Cacheable
    static class Owner {
        @Id
        Long id;

        String name;

        @OneToMany(mappedBy = "owner")
        @Cache(usage = READ_WRITE)
        List<Member> members = new ArrayList<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Member")
    @Cacheable
    static class Member {
        @Id
        Long id;

        @ManyToOne
        Owner owner;
    }

    private final Rounds rounds = new Rounds();
    private SessionFactory factory;

    private final String prefix = "habits" + System.nanoTime();

    private SessionFactory open(String creation, RedisRegionFactory regions) {
        Configuration configuration =
                new Configuration().addAnnotatedClass(Owner.class).addAnnotatedClass(Member.class);
        configuration.getProperties().put(AvailableSettings.CACHE_REGION_FACTORY, regions);
        return configuration
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:habits;DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, creation)
                .setProperty(AvailableSettings.USE_QUERY_CACHE, "true")
                .setProperty(AvailableSettings.QUERY_CACHE_LAYOUT, "SHALLOW")
                .setProperty(RedisSettings.URL, SharedRedis.url())
                .setProperty(RedisSettings.TIMEOUT, "20s")
                .setProperty(RedisSettings.KEY_PREFIX, prefix)
                .buildSessionFactory();
    }

    @BeforeEach
    void start() {
        factory = open("create", new RedisRegionFactory(rounds::around));
        factory.inTransaction(session -> {
            for (long i = 0; i < OWNERS; i++) {
                Owner owner = new Owner();
                owner.id = i;
                owner.name = "owner " + i;
                owner.words.add("word");
                session.persist(owner);
                for (long j = 0; j < MEMBERS; j++) {
                    Member member = new Member();
                    member.id = i * MEMBERS + j;
                    member.owner = owner;
                    session.persist(member);
                }
            }
        });
        for (long i = 0; i < OWNERS; i++) {
            read(i);
            rounds.settle();
        }
    }

    @AfterEach
    void stop() {
        factory.close();
    }

    private int inSession(Consumer<Session> action) {
        return rounds.of(() -> factory.inTransaction(action::accept));
    }

    private int read(long id) {
        return inSession(
                session -> assertThat(session.find(Owner.class, id).members).hasSize(MEMBERS));
    }

    private void readOften() {
        for (int i = 0; i < OFTEN; i++) {
            read(i % OWNERS);
        }
    }

    private void findOften() {
        for (int i = 0; i < OFTEN; i++) {
            long id = i % OWNERS;
            inSession(session -> session.find(Owner.class, id));
        }
    }

    @Test
    void aCollectionThatIsUsuallyReadComesWithItsOwner() {
        assertThat(read(1)).isEqualTo(3);
        readOften();
        assertThat(read(1)).isEqualTo(2);
        assertThat(rounds.requests()).isEqualTo(Map.of("read", 1, "readAll", 2));
        assertThat(inSession(session -> Hibernate.initialize(session.find(Owner.class, 2L).words)))
                .as("one that is not")
                .isEqualTo(2);
    }

    @Test
    void aCollectionThatIsUsuallyReadNoMoreIsAskedForNoMore() {
        readOften();
        findOften();
        assertThat(inSession(session -> session.find(Owner.class, 1L))).isOne();
        assertThat(rounds.requests()).isEqualTo(Map.of("read", 1));
        assertThat(read(1)).isEqualTo(3);
    }

    @Test
    void theCollectionsOfManyOwnersComeTogether() {
        Consumer<Session> query = session -> session.createSelectionQuery("from Owner", Owner.class)
                .setCacheable(true)
                .getResultList()
                .forEach(owner -> assertThat(owner.members).hasSize(MEMBERS));
        inSession(query);
        rounds.settle();
        int one = inSession(query);
        assertThat(one).as("each on its own").isGreaterThan(2 * OWNERS);
        for (int i = 0; i < OFTEN / OWNERS; i++) {
            inSession(query);
        }
        assertThat(inSession(query)).as("result, owners, collections, members").isLessThanOrEqualTo(5);
        assertThat(rounds.requests()).containsEntry("readAll", 3);
    }

    @Test
    void anEvictionInBetweenIsObeyed() {
        readOften();
        inSession(session -> {
            Owner owner = session.find(Owner.class, 1L);
            factory.getCache().evictCollectionData(Owner.class.getName() + ".members", 1L);
            factory.getStatistics().setStatisticsEnabled(true);
            assertThat(owner.members).hasSize(MEMBERS);
        });
        assertThat(factory.getStatistics().getSecondLevelCacheMissCount()).isOne();
    }

    @Test
    void aCollectionIsAskedForAgainIfItsOwnerHadToBeLoaded() {
        readOften();
        factory.getCache().evictEntityData(Owner.class, 1L);
        assertThat(read(1)).isEqualTo(3);
        assertThat(rounds.requests()).containsEntry("read", 2);
    }

    @Test
    void aTransactionThatBeginsLaterAsksAgain() {
        readOften();
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            Owner owner = session.find(Owner.class, 1L);
            session.getTransaction().commit();
            addMember(1);
            session.beginTransaction();
            assertThat(owner.members).hasSize(MEMBERS + 1);
            session.getTransaction().commit();
        }
    }

    @Test
    void whatWasCommittedBeforeTheSessionOpenedIsSeen() {
        readOften();
        addMember(1);
        inSession(session -> assertThat(session.find(Owner.class, 1L).members).hasSize(MEMBERS + 1));
        addMember(1);
        inSession(session -> assertThat(session.find(Owner.class, 1L).members).hasSize(MEMBERS + 2));
    }

    @Test
    void aSessionSeesTheMembersThatItHasAddedItself() {
        readOften();
        inSession(session -> {
            Owner owner = session.find(Owner.class, 1L);
            Member member = member(owner);
            session.persist(member);
            owner.members.add(member);
            session.flush();
            assertThat(owner.members).hasSize(MEMBERS + 1);
        });
        inSession(session -> assertThat(session.find(Owner.class, 1L).members).hasSize(MEMBERS + 1));
    }

    @Test
    void whatAnotherSessionHereHasCommittedIsSeen() {
        readOften();
        inSession(session -> {
            Owner owner = session.find(Owner.class, 1L);
            addMember(1);
            assertThat(owner.members).hasSize(MEMBERS + 1);
        });
    }

    @Test
    void aCollectionIsNotOlderThanTheLockOfItsOwner() {
        readOften();
        inSession(session -> {
            Owner owner = session.find(Owner.class, 1L);
            addMemberElsewhere(1);
            session.lock(owner, LockModeType.PESSIMISTIC_WRITE);
            assertThat(owner.members).hasSize(MEMBERS + 1);
        });
    }

    /** A transaction that flushes nothing counts as no statement. The other thread's statements do not count here. */
    @Test
    void aCollectionIsNotOlderThanTheTransactionOfItsSession() {
        readOften();
        try (Session session = factory.openSession()) {
            session.setHibernateFlushMode(FlushMode.MANUAL);
            session.beginTransaction();
            Owner owner = session.find(Owner.class, 1L);
            session.getTransaction().commit();
            CompletableFuture.runAsync(() -> addMemberElsewhere(1)).join();
            session.beginTransaction();
            assertThat(owner.members).hasSize(MEMBERS + 1);
            session.getTransaction().commit();
        }
    }

    @Test
    void aCollectionIsNotOlderThanItsOwnerThatIsFoundAgain() {
        readOften();
        inSession(session -> {
            session.find(Owner.class, 1L);
            addMemberElsewhere(1);
            session.clear();
            assertThat(session.find(Owner.class, 1L).members).hasSize(MEMBERS + 1);
        });
    }

    @Test
    void aCollectionIsNotOlderThanItsOwnerThatAQueryLoads() {
        readOften();
        inSession(session -> {
            session.find(Owner.class, 1L);
            addMemberElsewhere(1);
            session.clear();
            Owner owner = session.createSelectionQuery("from Owner where id = 1", Owner.class)
                    .getSingleResult();
            assertThat(owner.members).hasSize(MEMBERS + 1);
        });
    }

    /** Its cache mode keeps the session from putting the loaded value, although it has loaded it. */
    @Test
    void aCollectionIsNotOlderThanItsOwnerThatIsLoadedAndNotPut() {
        readOften();
        factory.getCache().evictEntityData(Owner.class, 1L);
        AtomicBoolean added = new AtomicBoolean();
        try (SessionFactory other = openElsewhere();
                Session session = factory.withOptions()
                        .statementInspector((UnaryOperator<String>) sql -> {
                            if (!added.getAndSet(true)) {
                                addMember(other, 1);
                            }
                            return sql;
                        })
                        .openSession()) {
            session.setCacheMode(CacheMode.GET);
            Owner owner = (Owner) Hibernate.unproxy(session.getReference(Owner.class, 1L));
            assertThat(added).isTrue();
            assertThat(owner.members).hasSize(MEMBERS + 1);
        }
    }

    private void addMember(long owner) {
        addMember(factory, owner);
    }

    /** Like an instance in another JVM. */
    private SessionFactory openElsewhere() {
        return open("none", new RedisRegionFactory());
    }

    private void addMemberElsewhere(long owner) {
        try (SessionFactory other = openElsewhere()) {
            addMember(other, owner);
        }
    }

    private static void addMember(SessionFactory factory, long owner) {
        factory.inTransaction(session -> {
            Owner changed = session.find(Owner.class, owner);
            Member member = member(changed);
            session.persist(member);
            changed.members.add(member);
        });
    }

    private static Member member(Owner owner) {
        Member member = new Member();
        member.id = 1_000L + owner.members.size();
        member.owner = owner;
        return member;
    }
}
