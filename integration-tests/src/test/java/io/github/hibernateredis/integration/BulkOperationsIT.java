package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.query.NativeQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that change rows without loading entities. */
class BulkOperationsIT {

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("bulk-operations", Product.class, Review.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aProductWithReviews() {
        nodes.one.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        nodes.one.transact(session -> {
            Product product = new Product(1, "A-1", "first");
            session.persist(product);
            session.persist(new Review(1, product, "good"));
            session.persist(new Review(2, product, "bad"));
        });
        nodes.share(BulkOperationsIT::readEverything);
    }

    private static void readEverything(Session session) {
        assertThat(name(session)).isNotEmpty();
        assertThat(session.bySimpleNaturalId(Product.class).load("A-1")).isNotNull();
        assertThat(reviews(session)).isNotNull();
        assertThat(queryNames(session)).isNotEmpty();
        session.find(Review.class, 1L);
        session.find(Review.class, 2L);
    }

    private static String name(Session session) {
        return session.find(Product.class, 1L).name;
    }

    private static List<String> reviews(Session session) {
        return session.find(Product.class, 1L).reviews.stream()
                .map(review -> review.text)
                .toList();
    }

    private static List<String> queryNames(Session session) {
        return session.createQuery("select name from Product order by id", String.class)
                .setCacheable(true)
                .list();
    }

    static Stream<Named<Consumer<Session>>> updates() {
        return Stream.of(
                Named.of(
                        "HQL",
                        session -> session.createMutationQuery("update Product set name = 'changed'")
                                .executeUpdate()),
                Named.of(
                        "versioned HQL",
                        session -> session.createMutationQuery("update versioned Product set name = 'changed'")
                                .executeUpdate()),
                Named.of("criteria", session -> {
                    var builder = session.getCriteriaBuilder();
                    var update = builder.createCriteriaUpdate(Product.class);
                    update.from(Product.class);
                    update.set("name", "changed");
                    session.createMutationQuery(update).executeUpdate();
                }),
                Named.of(
                        "native",
                        session -> session.createNativeMutationQuery("update Product set name = 'changed'")
                                .executeUpdate()),
                Named.of("native with its query space", session -> {
                    NativeQuery<?> update = session.createNativeQuery("update Product set name = 'changed'");
                    update.addSynchronizedEntityClass(Product.class);
                    update.executeUpdate();
                }));
    }

    @ParameterizedTest
    @MethodSource("updates")
    void anUpdateIsSeenByBothAndByItsOwnTransaction(Consumer<Session> update) {
        nodes.two.transact(session -> {
            update.accept(session);
            assertThat(name(session)).isEqualTo("changed");
            assertThat(queryNames(session)).containsExactly("changed");
        });
        nodes.one.transact(session -> {
            assertThat(name(session)).isEqualTo("changed");
            assertThat(queryNames(session)).containsExactly("changed");
        });
        nodes.two.transact(session -> assertThat(name(session)).isEqualTo("changed"));
        nodes.assertCached(BulkOperationsIT::readEverything);
    }

    @ParameterizedTest
    @MethodSource("updates")
    void aRolledBackUpdateLeavesNoTrace(Consumer<Session> update) {
        Nodes.rollBack(nodes.two, session -> {
            update.accept(session);
            assertThat(name(session)).isEqualTo("changed");
            assertThat(queryNames(session)).containsExactly("changed");
        });
        nodes.one.transact(session -> {
            assertThat(name(session)).isEqualTo("first");
            assertThat(queryNames(session)).containsExactly("first");
        });
        nodes.assertCached(session -> assertThat(name(session)).isEqualTo("first"));
    }

    /** Until the bulk operation commits, the other instance reads the database and stores nothing. */
    @ParameterizedTest
    @MethodSource("updates")
    void aConcurrentReaderDoesNotBringTheOldStateBack(Consumer<Session> update) {
        try (Session session = nodes.two.factory().openSession()) {
            session.beginTransaction();
            update.accept(session);
            session.flush();
            nodes.one.transact(other -> {
                assertThat(name(other)).isEqualTo("first");
                assertThat(queryNames(other)).containsExactly("first");
            });
            session.getTransaction().commit();
        }
        nodes.one.transact(session -> {
            assertThat(name(session)).isEqualTo("changed");
            assertThat(queryNames(session)).containsExactly("changed");
        });
    }

    @Test
    void aDeleteEmptiesTheCollectionsOfBoth() {
        nodes.two.transact(session ->
                session.createMutationQuery("delete from Review where id = 1").executeUpdate());
        nodes.one.transact(session -> {
            assertThat(session.find(Review.class, 1L)).isNull();
            assertThat(session.find(Review.class, 2L)).isNotNull();
        });
        nodes.two.transact(session -> assertThat(session.find(Review.class, 1L)).isNull());
    }

    /** The ORM's own eviction of collections covers deleted rows in inverse collections. */
    @Test
    void aDeletedEntityLeavesItsNaturalIdAndQueries() {
        nodes.two.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        nodes.one.transact(session -> {
            assertThat(session.bySimpleNaturalId(Product.class).load("A-1")).isNull();
            assertThat(session.find(Product.class, 1L)).isNull();
            assertThat(queryNames(session)).isEmpty();
        });
    }

    @Test
    void anInsertSelectIsSeenByQueriesOfBoth() {
        nodes.two.transact(session -> session.createMutationQuery(
                        "insert into Product (id, version, code, name) select id + 10, 0, 'B-1', 'copy' from Product")
                .executeUpdate());
        nodes.one.transact(session -> {
            assertThat(queryNames(session)).containsExactly("first", "copy");
            assertThat(session.bySimpleNaturalId(Product.class).load("B-1").id).isEqualTo(11);
        });
    }

    @Test
    void aNativeUpdateOfAnotherTableLeavesWhatItNamesNot() {
        nodes.two.transact(session -> {
            NativeQuery<?> update = session.createNativeQuery("update Review set text = 'edited'");
            update.addSynchronizedEntityClass(Review.class);
            update.executeUpdate();
        });
        Nodes.assertServed(nodes.one, session -> assertThat(name(session)).isEqualTo("first"));
        nodes.one.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("edited"));
    }

    @Test
    void aBulkUpdateAndAnEntityUpdateInOneTransaction() {
        nodes.two.transact(session -> {
            session.createMutationQuery("update Review set text = 'bulk'").executeUpdate();
            session.find(Product.class, 1L).name = "entity";
        });
        nodes.one.transact(session -> {
            assertThat(name(session)).isEqualTo("entity");
            assertThat(reviews(session)).containsExactly("bulk", "bulk");
        });
        nodes.assertCached(BulkOperationsIT::readEverything);
    }
}
