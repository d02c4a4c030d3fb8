package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Tuple;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.annotations.CacheLayout;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.ParamDef;
import org.hibernate.annotations.QueryCacheLayout;
import org.hibernate.query.NativeQuery;
import org.hibernate.query.Query;
import org.hibernate.type.StandardBasicTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cached queries: their results, their keys, and when they are outdated. */
class QueryCacheIT {

    enum Status {
        OPEN,
        CLOSED {
            @Override
            boolean isFinal() {
                return true;
            }
        };

        boolean isFinal() {
            return false;
        }
    }

    @Entity(name = "Buyer")
    @Cacheable
    @QueryCacheLayout(layout = CacheLayout.SHALLOW)
    static class Buyer {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Purchase")
    @FilterDef(name = "atLeast", parameters = @ParamDef(name = "amount", type = Integer.class))
    @Filter(name = "atLeast", condition = "amount >= :amount")
    @QueryCacheLayout(layout = CacheLayout.FULL)
    static class Purchase {
        @Id
        Long id;

        @Enumerated(EnumType.STRING)
        Status status;

        int amount;
        LocalDate boughtOn;
        UUID reference;
        BigDecimal price;
        String note;

        @ManyToOne(fetch = FetchType.LAZY)
        Buyer buyer;
    }

    @Entity(name = "Animal")
    @Cacheable
    @Inheritance
    @QueryCacheLayout(layout = CacheLayout.SHALLOW_WITH_DISCRIMINATOR)
    static class Animal {
        @Id
        Long id;
    }

    @Entity(name = "Cat")
    static class Cat extends Animal {
        int lives;
    }

    @Entity(name = "Unrelated")
    static class Unrelated {
        @Id
        Long id;
    }

    public record Summary(String buyer, Long amount) {}

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("query-cache", Buyer.class, Purchase.class, Animal.class, Cat.class, Unrelated.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void threePurchases() {
        nodes.one.transact(session -> {
            for (String entity : List.of("Purchase", "Buyer", "Animal", "Unrelated")) {
                session.createMutationQuery("delete from " + entity).executeUpdate();
            }
        });
        nodes.one.transact(session -> {
            Buyer ann = persistBuyer(session, 1, "Ann");
            Buyer bob = persistBuyer(session, 2, "Bob");
            persistPurchase(session, 1, ann, Status.OPEN, 10, null);
            persistPurchase(session, 2, ann, Status.CLOSED, 20, "gift");
            persistPurchase(session, 3, bob, Status.OPEN, 30, "bulk");
            Cat cat = new Cat();
            cat.id = 1L;
            cat.lives = 9;
            session.persist(cat);
            Animal animal = new Animal();
            animal.id = 2L;
            session.persist(animal);
        });
    }

    private static Buyer persistBuyer(Session session, long id, String name) {
        Buyer buyer = new Buyer();
        buyer.id = id;
        buyer.name = name;
        session.persist(buyer);
        return buyer;
    }

    private static void persistPurchase(Session session, long id, Buyer buyer, Status status, int amount, String note) {
        Purchase purchase = new Purchase();
        purchase.id = id;
        purchase.buyer = buyer;
        purchase.status = status;
        purchase.amount = amount;
        purchase.boughtOn = LocalDate.of(2024, 1, 1).plusDays(id - 1);
        purchase.reference = new UUID(1, id);
        purchase.price = BigDecimal.valueOf(amount, 1);
        purchase.note = note;
        session.persist(purchase);
    }

    private static <T> Query<T> cached(Session session, String hql, Class<T> type) {
        return session.createQuery(hql, type).setCacheable(true);
    }

    private static List<Long> ids(Query<Purchase> query) {
        return query.list().stream().map(purchase -> purchase.id).toList();
    }

    static Stream<Named<Function<Session, Object>>> queries() {
        return Stream.of(
                Named.of(
                        "entities, full layout",
                        session -> cached(session, "from Purchase order by id", Purchase.class).list().stream()
                                .map(it -> it.id + " " + it.status + " " + it.amount + " " + it.boughtOn + " "
                                        + it.reference + " " + it.note)
                                .toList()),
                Named.of(
                        "entities, shallow layout",
                        session -> cached(session, "from Buyer order by id", Buyer.class).list().stream()
                                .map(it -> it.name)
                                .toList()),
                Named.of(
                        "entities of a hierarchy",
                        session -> cached(session, "from Animal order by id", Animal.class).list().stream()
                                .map(it -> it instanceof Cat cat ? "cat of " + cat.lives : "animal")
                                .toList()),
                Named.of(
                        "entities with a fetched association",
                        session ->
                                cached(session, "from Purchase p join fetch p.buyer order by p.id", Purchase.class)
                                        .list()
                                        .stream()
                                        .map(it -> it.id + it.buyer.name)
                                        .toList()),
                Named.of(
                        "an entity and scalars",
                        session -> cached(
                                        session,
                                        "select p, b.name, p.amount from Purchase p join p.buyer b order by p.id",
                                        Object[].class)
                                .list()
                                .stream()
                                .map(row -> ((Purchase) row[0]).id + " " + row[1] + " " + row[2])
                                .toList()),
                Named.of(
                        "scalars of several types",
                        session -> cached(
                                        session,
                                        "select status, amount, boughtOn, reference, price, note from Purchase order by id",
                                        Object[].class)
                                .list()
                                .stream()
                                .map(Arrays::asList)
                                .toList()),
                Named.of(
                        "a scalar",
                        session -> cached(session, "select count(*) from Purchase", Long.class)
                                .list()),
                Named.of(
                        "an enum",
                        session -> cached(session, "select status from Purchase order by id", Status.class)
                                .list()),
                Named.of(
                        "no row",
                        session -> cached(session, "select note from Purchase where id < 0", String.class)
                                .list()),
                Named.of(
                        "nulls",
                        session -> cached(session, "select note from Purchase order by id", String.class)
                                .list()),
                Named.of(
                        "tuples",
                        session ->
                                cached(session, "select id as i, note as n from Purchase order by id", Tuple.class)
                                        .list()
                                        .stream()
                                        .map(it -> it.get("i") + " " + it.get("n"))
                                        .toList()),
                Named.of(
                        "objects of its own",
                        session -> cached(
                                        session,
                                        "select new " + Summary.class.getName()
                                                + "(b.name, sum(p.amount)) from Purchase p join p.buyer b group by b.name"
                                                + " order by b.name",
                                        Summary.class)
                                .list()),
                Named.of("native scalars", session -> {
                    NativeQuery<Object[]> query =
                            session.createNativeQuery("select id, note from Purchase order by id", Object[].class);
                    query.addScalar("id", StandardBasicTypes.LONG).addScalar("note", StandardBasicTypes.STRING);
                    query.addSynchronizedEntityClass(Purchase.class).setCacheable(true);
                    return query.list().stream().map(Arrays::asList).toList();
                }),
                Named.of("native entities", session -> {
                    NativeQuery<Purchase> query =
                            session.createNativeQuery("select * from Purchase order by id", Purchase.class);
                    query.addSynchronizedEntityClass(Purchase.class).setCacheable(true);
                    return query.list().stream()
                            .map(it -> it.id + " " + it.note)
                            .toList();
                }));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aResultIsTheSameFromTheCache(Function<Session, Object> query) {
        Object[] loaded = new Object[1];
        nodes.evictEverything();
        nodes.one.transact(session -> loaded[0] = query.apply(session));
        nodes.share(session -> assertThat(query.apply(session)).isEqualTo(loaded[0]));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aResultIsOutdatedByAWriteOfEitherNode(Function<Session, Object> query) {
        nodes.share(query::apply);
        nodes.two.transact(session -> {
            session.find(Purchase.class, 1L).note = "changed";
            session.find(Purchase.class, 1L).amount = 99;
            session.find(Purchase.class, 1L).status = Status.CLOSED;
            session.find(Buyer.class, 1L).name = "Anna";
            session.find(Cat.class, 1L).lives = 8;
            persistPurchase(session, -1, session.find(Buyer.class, 2L), Status.OPEN, 1, "new");
        });
        Object[] fresh = new Object[1];
        nodes.one.transact(session -> {
            fresh[0] = query.apply(session);
            assertThat(fresh[0]).isNotNull();
        });
        nodes.two.transact(session -> assertThat(query.apply(session)).isEqualTo(fresh[0]));
        nodes.one.transact(session -> {
            session.setCacheMode(org.hibernate.CacheMode.IGNORE);
            assertThat(query.apply(session)).isEqualTo(fresh[0]);
        });
    }

    @Test
    void aWriteOfAnotherTableOutdatesNothing() {
        Function<Session, Object> query = session -> ids(cached(session, "from Purchase order by id", Purchase.class));
        nodes.share(query::apply);
        nodes.two.transact(session -> {
            Unrelated unrelated = new Unrelated();
            unrelated.id = 5L;
            session.persist(unrelated);
        });
        Nodes.assertServed(nodes.one, query::apply);
    }

    @Test
    void parametersTellResultsApart() {
        String hql = "from Purchase where status = :status and (:note is null or note = :note) and boughtOn >= :day"
                + " and reference in :references order by id";
        List<UUID> all = List.of(new UUID(1, 1), new UUID(1, 2), new UUID(1, 3));
        nodes.share(session -> {
            assertThat(ids(search(session, hql, Status.OPEN, null, LocalDate.of(2024, 1, 1), all)))
                    .containsExactly(1L, 3L);
            assertThat(ids(search(session, hql, Status.CLOSED, null, LocalDate.of(2024, 1, 1), all)))
                    .containsExactly(2L);
            assertThat(ids(search(session, hql, Status.OPEN, "bulk", LocalDate.of(2024, 1, 1), all)))
                    .containsExactly(3L);
            assertThat(ids(search(session, hql, Status.OPEN, null, LocalDate.of(2024, 1, 2), all)))
                    .containsExactly(3L);
            assertThat(ids(search(session, hql, Status.OPEN, null, LocalDate.of(2024, 1, 1), all.subList(0, 1))))
                    .containsExactly(1L);
        });
    }

    private static Query<Purchase> search(
            Session session, String hql, Status status, String note, LocalDate day, List<UUID> references) {
        return cached(session, hql, Purchase.class)
                .setParameter("status", status)
                .setParameter("note", note, String.class)
                .setParameter("day", day)
                .setParameterList("references", references);
    }

    @Test
    void anEntityIsAParameter() {
        nodes.share(session -> {
            Query<Purchase> query = cached(session, "from Purchase where buyer = :buyer order by id", Purchase.class);
            assertThat(ids(query.setParameter("buyer", session.getReference(Buyer.class, 1L))))
                    .containsExactly(1L, 2L);
            assertThat(ids(query.setParameter("buyer", session.getReference(Buyer.class, 2L))))
                    .containsExactly(3L);
        });
    }

    @Test
    void limitsTellResultsApart() {
        nodes.share(session -> {
            String hql = "from Purchase order by id";
            assertThat(ids(cached(session, hql, Purchase.class).setMaxResults(2)))
                    .containsExactly(1L, 2L);
            assertThat(ids(cached(session, hql, Purchase.class)
                            .setFirstResult(1)
                            .setMaxResults(2)))
                    .containsExactly(2L, 3L);
            assertThat(ids(cached(session, hql, Purchase.class).setFirstResult(2)))
                    .containsExactly(3L);
            assertThat(ids(cached(session, hql, Purchase.class))).hasSize(3);
        });
    }

    @Test
    void filtersTellResultsApart() {
        String hql = "from Purchase order by id";
        nodes.share(
                session -> assertThat(ids(cached(session, hql, Purchase.class))).hasSize(3));
        nodes.share(session -> {
            session.enableFilter("atLeast").setParameter("amount", 20);
            assertThat(ids(cached(session, hql, Purchase.class))).containsExactly(2L, 3L);
        });
        nodes.two.transact(session -> {
            session.enableFilter("atLeast").setParameter("amount", 30);
            assertThat(ids(cached(session, hql, Purchase.class))).containsExactly(3L);
        });
        nodes.two.transact(
                session -> assertThat(ids(cached(session, hql, Purchase.class))).hasSize(3));
    }

    @Test
    void aNamedRegionIsEvictedByItself() {
        Function<Session, Object> named = session ->
                ids(cached(session, "from Purchase order by id", Purchase.class).setCacheRegion("purchases"));
        Function<Session, Object> plain = session -> ids(cached(session, "from Purchase order by id", Purchase.class));
        nodes.share(named::apply);
        nodes.assertCached(plain::apply);
        nodes.two.factory().getCache().evictQueryRegion("purchases");
        Nodes.assertServed(nodes.one, plain::apply);
        assertThat(nodes.one.isCached(() -> nodes.one.transact(named::apply))).isFalse();
        assertThat(nodes.one
                        .factory()
                        .getStatistics()
                        .getQueryRegionStatistics("purchases")
                        .getHitCount())
                .isPositive();
    }

    @Test
    void anEvictedRegionIsEvictedForBoth() {
        Function<Session, Object> query = session -> ids(cached(session, "from Purchase order by id", Purchase.class));
        nodes.share(query::apply);
        nodes.one.factory().getCache().evictQueryRegions();
        assertThat(nodes.two.isCached(() -> nodes.two.transact(query::apply))).isFalse();
    }

    /** A transaction sees its own uncommitted changes, and others do not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void uncommittedChangesStayInTheirTransaction(boolean commit) {
        String hql = "from Purchase order by id";
        nodes.share(session -> ids(cached(session, hql, Purchase.class)));
        try (Session session = nodes.one.factory().openSession()) {
            session.beginTransaction();
            persistPurchase(session, 4, null, Status.OPEN, 40, "uncommitted");
            assertThat(ids(cached(session, hql, Purchase.class))).hasSize(4);
            session.clear();
            assertThat(ids(cached(session, hql, Purchase.class))).hasSize(4);
            nodes.two.transact(
                    other -> assertThat(ids(cached(other, hql, Purchase.class))).hasSize(3));
            nodes.one.transact(
                    other -> assertThat(ids(cached(other, hql, Purchase.class))).hasSize(3));
            if (commit) {
                session.getTransaction().commit();
            } else {
                session.getTransaction().rollback();
            }
        }
        int expected = commit ? 4 : 3;
        nodes.two.transact(
                session -> assertThat(ids(cached(session, hql, Purchase.class))).hasSize(expected));
        nodes.assertCached(
                session -> assertThat(ids(cached(session, hql, Purchase.class))).hasSize(expected));
    }

    @Test
    void aMutableRowIsNotSharedBetweenSessions() {
        nodes.share(session -> cached(session, "select note from Purchase where id = 2", String.class)
                .list());
        nodes.one.transact(session -> cached(session, "from Purchase where id = 2", Purchase.class)
                .list()
                .forEach(purchase -> purchase.note = "mine"));
        nodes.two.transact(session -> assertThat(cached(session, "select note from Purchase where id = 2", String.class)
                        .list())
                .containsExactly("mine"));
    }
}
