package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import io.github.hibernateredis.testing.Rounds;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.hibernate.CacheMode;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.Transaction;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts the round trips to Redis for which a thread waits, operation by operation. */
@SuppressWarnings({"deprecation", "removal"}) // the replacements do not exist in every supported version
final class RoundTripsIT {

    @Entity(name = "Maker")
    @Cacheable
    static class Maker {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Item")
    @Cacheable
    @NaturalIdCache
    static class Item {
        @Id
        Long id;

        @NaturalId(mutable = true)
        String code;

        String name;

        @ManyToOne(fetch = FetchType.EAGER)
        Maker maker;

        @Version
        int version;
    }

    @Entity(name = "Line")
    @Cacheable
    static class Line {
        @Id
        @GeneratedValue
        Long id;

        @ManyToOne(fetch = FetchType.LAZY)
        Purchase purchase;

        int position;

        String text;
    }

    @Entity(name = "Purchase")
    @Cacheable
    static class Purchase {
        @Id
        Long id;

        @OneToMany(mappedBy = "purchase")
        @Cache(usage = READ_WRITE)
        List<Line> lines = new ArrayList<>();

        @OneToMany(mappedBy = "purchase")
        @MapKey(name = "position")
        @Cache(usage = READ_WRITE)
        Map<Integer, Line> byPosition = new HashMap<>();

        @ManyToMany
        @Cache(usage = READ_WRITE)
        Set<Item> items = new HashSet<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    private static final Rounds ROUNDS = new Rounds();
    private static final List<String> STATEMENTS = new CopyOnWriteArrayList<>();
    private static final int[] SIZES = {1, 20, 1000};
    private static SessionFactory factory;

    @BeforeAll
    static void start() {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Maker.class)
                .addAnnotatedClass(Item.class)
                .addAnnotatedClass(Line.class)
                .addAnnotatedClass(Purchase.class);
        configuration
                .getProperties()
                .put(AvailableSettings.CACHE_REGION_FACTORY, new RedisRegionFactory(ROUNDS::around));
        configuration
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:rounds;DB_CLOSE_DELAY=-1")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "create")
                .setProperty(AvailableSettings.USE_QUERY_CACHE, "true")
                .setProperty(AvailableSettings.QUERY_CACHE_LAYOUT, "SHALLOW")
                .setProperty(RedisSettings.URL, SharedRedis.url())
                .setProperty(RedisSettings.TIMEOUT, "20s")
                .setProperty(RedisSettings.KEY_PREFIX, "rounds");
        configuration.setStatementInspector((StatementInspector) sql -> {
            STATEMENTS.add(sql);
            return sql;
        });
        factory = configuration.buildSessionFactory();
        factory.inTransaction(session -> {
            for (long i = 1; i <= 3; i++) {
                Maker maker = new Maker();
                maker.id = i;
                maker.name = "maker " + i;
                session.persist(maker);
            }
            for (long i = 1; i <= 1000; i++) {
                Item item = new Item();
                item.id = i;
                item.code = "code " + i;
                item.name = "item " + i;
                item.maker = session.getReference(Maker.class, i % 3 + 1);
                session.persist(item);
            }
            for (int size : SIZES) {
                Purchase purchase = new Purchase();
                purchase.id = (long) size;
                session.persist(purchase);
                purchase.words.add("word");
                for (int i = 0; i < size; i++) {
                    Line each = new Line();
                    each.purchase = purchase;
                    each.position = i;
                    session.persist(each);
                    purchase.items.add(session.getReference(Item.class, i + 1L));
                }
            }
        });
    }

    @AfterAll
    static void stop() {
        factory.close();
    }

    /** Each test loads what it needs; puts have arrived by the time of the next session. */
    @BeforeEach
    void evict() {
        ROUNDS.settle();
        factory.getCache().evictAllRegions();
        ROUNDS.settle();
    }

    private static void load(Consumer<Session> reading) {
        factory.inTransaction(reading::accept);
        ROUNDS.settle();
    }

    /** The round trips of an action that must need no SQL. */
    private static int hits(Runnable action) {
        int before = STATEMENTS.size();
        int rounds = ROUNDS.of(action);
        assertThat(STATEMENTS.subList(before, STATEMENTS.size()))
                .as("SQL statements; sent were %s", ROUNDS.requests())
                .isEmpty();
        return rounds;
    }

    private static int hitsInTransaction(Consumer<Session> reading) {
        return hits(() -> factory.inTransaction(reading::accept));
    }

    @Test
    void aSessionAndAnEmptyTransactionCostNothing() {
        assertThat(hits(() -> factory.openSession().close())).isZero();
        assertThat(hitsInTransaction(session -> {})).isZero();
        assertThat(ROUNDS.requests()).isEmpty();
    }

    @Test
    void aHitIsOne() {
        load(session -> session.find(Maker.class, 1L));
        assertThat(hitsInTransaction(session -> session.find(Maker.class, 1L))).isOne();
        assertThat(ROUNDS.requests()).isEqualTo(Map.of("read", 1));
    }

    @Test
    void aHitWithANaturalIdIsOneAndOneMoreForWhatItRefersTo() {
        load(session -> session.find(Item.class, 1L));
        factory.inSession(session -> {
            session.find(Maker.class, 2L);
            assertThat(hits(() -> session.find(Item.class, 1L))).isOne();
            assertThat(ROUNDS.requests()).isEqualTo(Map.of("read", 1));
        });
        assertThat(hitsInTransaction(session -> session.find(Item.class, 1L))).isEqualTo(2);
    }

    @Test
    void aMissWaitsOnceBeforeTheSql() {
        assertThat(ROUNDS.of(() -> factory.inTransaction(session -> session.find(Maker.class, 1L))))
                .isOne();
        assertThat(ROUNDS.requests()).isEqualTo(Map.of("read", 1, "put", 1));
    }

    @Test
    void aMissWithANaturalIdWaitsNoLonger() {
        load(session -> session.find(Maker.class, 2L));
        factory.inTransaction(session -> {
            session.find(Maker.class, 2L);
            assertThat(ROUNDS.of(() -> session.find(Item.class, 1L))).isOne();
            assertThat(ROUNDS.requests()).isEqualTo(Map.of("read", 1, "put", 2));
        });
        ROUNDS.settle();
        assertThat(hitsInTransaction(
                        session -> session.bySimpleNaturalId(Item.class).getReference("code 1")))
                .as("the natural id was put")
                .isOne();
    }

    @Test
    void aNaturalIdLookupIsTwo() {
        load(session -> session.find(Item.class, 1L));
        factory.inTransaction(session -> {
            session.find(Maker.class, 2L);
            assertThat(hits(() -> session.bySimpleNaturalId(Item.class).load("code 1")))
                    .isEqualTo(2);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 1000})
    void aCollectionOfEntitiesIsTwo(long size) {
        load(session -> Hibernate.initialize(session.find(Purchase.class, size).lines));
        factory.inTransaction(session -> {
            Purchase purchase = session.find(Purchase.class, size);
            assertThat(hits(() -> Hibernate.initialize(purchase.lines))).isEqualTo(2);
            assertThat(purchase.lines).hasSize((int) size);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 1000})
    void aMapOfEntitiesIsTwo(long size) {
        load(session -> Hibernate.initialize(session.find(Purchase.class, size).byPosition));
        factory.inTransaction(session -> {
            Purchase purchase = session.find(Purchase.class, size);
            assertThat(hits(() -> Hibernate.initialize(purchase.byPosition))).isEqualTo(2);
            assertThat(purchase.byPosition).hasSize((int) size);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 1000})
    void aLevelOfEagerReferencesIsOneMore(long size) {
        load(session -> Hibernate.initialize(session.find(Purchase.class, size).items));
        factory.inTransaction(session -> {
            Purchase purchase = session.find(Purchase.class, size);
            assertThat(hits(() -> Hibernate.initialize(purchase.items))).isEqualTo(3);
            assertThat(purchase.items).hasSize((int) size).allMatch(item -> item.maker.name.startsWith("maker"));
        });
    }

    @Test
    void aCollectionOfValuesIsOne() {
        load(session -> Hibernate.initialize(session.find(Purchase.class, 1L).words));
        factory.inTransaction(session -> {
            Purchase purchase = session.find(Purchase.class, 1L);
            assertThat(hits(() -> Hibernate.initialize(purchase.words))).isOne();
        });
    }

    @Test
    void whatTheSessionHasAlreadyIsNotAskedFor() {
        load(session -> Hibernate.initialize(session.find(Purchase.class, 20L).lines));
        factory.inTransaction(session -> {
            Purchase purchase = session.find(Purchase.class, 20L);
            Prefetch.entities(
                    session, Line.class, LongStream.rangeClosed(2, 21).boxed().toList());
            for (long id = 2; id <= 21; id++) {
                session.find(Line.class, id);
            }
            assertThat(hits(() -> Hibernate.initialize(purchase.lines))).isOne();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1000})
    void aQueryOfEntitiesIsThree(int size) {
        Consumer<Session> query =
                session -> assertThat(session.createSelectionQuery("from Line order by id", Line.class)
                                .setCacheable(true)
                                .setMaxResults(size)
                                .list())
                        .hasSize(size);
        load(query);
        assertThat(hitsInTransaction(query)).as("%s", ROUNDS.requests()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1000})
    void naturalIdsAddNothingToAQueryAndReferencesOne(int size) {
        Consumer<Session> query =
                session -> assertThat(session.createSelectionQuery("from Item order by id", Item.class)
                                .setCacheable(true)
                                .setMaxResults(size)
                                .list())
                        .hasSize(size);
        load(query);
        load(session -> List.of(1L, 2L, 3L).forEach(id -> session.find(Maker.class, id)));
        assertThat(hitsInTransaction(query)).as("%s", ROUNDS.requests()).isEqualTo(4);
    }

    @Test
    void naturalIdsAddNothingToAQueryThatIsAMiss() {
        load(session -> List.of(1L, 2L, 3L).forEach(id -> session.find(Maker.class, id)));
        assertThat(ROUNDS.of(() -> factory.inTransaction(session -> session.createSelectionQuery(
                                "from Item i join fetch i.maker where i.id <= 20", Item.class)
                        .setCacheable(true)
                        .list())))
                .isOne();
        assertThat(ROUNDS.requests()).containsEntry("read", 1).containsEntry("put", 20 + 20 + 3 + 1);
    }

    @Test
    void aQueryOfTwoKindsOfEntitiesIsFour() {
        Consumer<Session> query = session -> assertThat(session.createSelectionQuery(
                                "select l, p from Line l join l.purchase p order by l.id", Object[].class)
                        .setCacheable(true)
                        .list())
                .hasSize(1021);
        load(query);
        assertThat(hitsInTransaction(query)).isLessThanOrEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void anUpdateOfManyEntitiesIsTwo(int size) {
        try (Session session = factory.openSession()) {
            Transaction transaction = session.beginTransaction();
            List<Item> items = session.createSelectionQuery(
                            "from Item i join fetch i.maker where i.id <= :size", Item.class)
                    .setParameter("size", size)
                    .list();
            items.forEach(item -> item.name += "!");
            assertThat(ROUNDS.of(transaction::commit)).isEqualTo(2);
            assertThat(ROUNDS.requests()).isEqualTo(Map.of("begin", 1, "end", 1));
        }
        factory.inTransaction(session -> {
            session.find(Maker.class, 2L);
            assertThat(hits(() -> session.find(Item.class, 1L))).as("stored").isOne();
        });
    }

    @Test
    void anUpdateOfManyThousandsWaitsForTheOldestNowAndThen() {
        try (Session session = factory.openSession()) {
            Transaction transaction = session.beginTransaction();
            session.createSelectionQuery("from Line", Line.class).list().forEach(line -> line.text = "text");
            assertThat(ROUNDS.of(transaction::commit)).isBetween(2, 10);
        }
    }

    @Test
    void aRollbackIsOne() {
        try (Session session = factory.openSession()) {
            Transaction transaction = session.beginTransaction();
            session.find(Maker.class, 1L).name = "other";
            session.find(Maker.class, 2L).name = "other";
            ROUNDS.settle();
            assertThat(ROUNDS.of(() -> {
                        session.flush();
                        transaction.rollback();
                    }))
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void insertsAreTwo() {
        assertThat(ROUNDS.of(() -> factory.inTransaction(session -> {
                    for (int i = 0; i < 20; i++) {
                        Line line = new Line();
                        line.text = "inserted";
                        session.persist(line);
                    }
                })))
                .isEqualTo(2);
        assertThat(ROUNDS.requests()).isEqualTo(Map.of("begin", 1, "end", 1));
        factory.inTransaction(session -> session.createMutationQuery("delete from Line where text = 'inserted'")
                .executeUpdate());
    }

    @Test
    void aChangeOfACollectionIsTwo() {
        try (Session session = factory.openSession()) {
            Transaction transaction = session.beginTransaction();
            Purchase purchase = session.find(Purchase.class, 1L);
            Hibernate.initialize(purchase.words);
            purchase.words.add("other");
            ROUNDS.settle();
            assertThat(ROUNDS.of(transaction::commit)).isEqualTo(2);
        }
    }

    @Test
    void anEvictionIsOne() {
        assertThat(ROUNDS.of(() -> factory.getCache().evictRegion(Line.class.getName())))
                .isOne();
        assertThat(ROUNDS.of(() -> factory.getCache().evictEntityData(Item.class, 1L)))
                .isOne();
    }

    @Test
    void aMultiLoadIsOneAfterAPrefetch() {
        List<Long> ids = LongStream.rangeClosed(1, 500).boxed().toList();
        load(session -> session.createSelectionQuery("from Line", Line.class).list());
        assertThat(hitsInTransaction(session -> {
                    Prefetch.entities(session, Line.class, ids);
                    assertThat(session.byMultipleIds(Line.class)
                                    .with(CacheMode.NORMAL)
                                    .multiLoad(ids))
                            .hasSize(500)
                            .doesNotContainNull();
                }))
                .isOne();
    }
}
