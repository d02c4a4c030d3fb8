package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import org.hibernate.StatelessSession;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Stateless sessions. Their single writes are reported to the cache from ORM 7 on, and their bulk operations always.
 */
class StatelessSessionIT {

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("stateless-session", Product.class, Review.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aCachedReview() {
        nodes.one.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        nodes.one.transact(session -> {
            Product product = new Product(1, "A-1", "first");
            session.persist(product);
            session.persist(new Review(1, product, "good"));
        });
        nodes.share(session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("good"));
    }

    private static void assumeWritesAreCached() {
        assumeThat(Version.getVersionString())
                .as("before ORM 7 the single writes of a stateless session pass the cache by")
                .doesNotStartWith("6.");
    }

    private static Review review(StatelessSession session) {
        return session.createQuery("from Review where id = 1", Review.class).getSingleResult();
    }

    @Test
    void anUpdateIsSeenByBoth() {
        assumeWritesAreCached();
        nodes.two.factory().inStatelessTransaction(session -> {
            Review review = review(session);
            review.text = "better";
            session.update(review);
        });
        nodes.one.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("better"));
        nodes.assertCached(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("better"));
    }

    @Test
    void anUpdateOfWhatWasReadBeforeItsTransactionIsSeenByBoth() {
        assumeWritesAreCached();
        try (StatelessSession session = nodes.two.factory().openStatelessSession()) {
            Review review = review(session);
            review.text = "autocommitted";
            session.beginTransaction();
            session.update(review);
            session.getTransaction().commit();
        }
        nodes.one.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("autocommitted"));
    }

    @Test
    void aDeleteIsSeenByBoth() {
        assumeWritesAreCached();
        nodes.two.factory().inStatelessTransaction(session -> session.delete(review(session)));
        assertThat(nodes.one.find(Review.class, 1L)).isNull();
        assertThat(nodes.two.find(Review.class, 1L)).isNull();
    }

    @Test
    void anInsertIsSeenByBoth() {
        nodes.two.factory().inStatelessTransaction(session -> session.insert(new Review(2, null, "inserted")));
        nodes.assertCached(
                session -> assertThat(session.find(Review.class, 2L).text).isEqualTo("inserted"));
    }

    @Test
    void aRolledBackUpdateLeavesNoTrace() {
        assumeWritesAreCached();
        try (StatelessSession session = nodes.two.factory().openStatelessSession()) {
            session.beginTransaction();
            Review review = review(session);
            review.text = "never";
            session.update(review);
            nodes.one.transact(
                    other -> assertThat(other.find(Review.class, 1L).text).isEqualTo("good"));
            session.getTransaction().rollback();
        }
        nodes.one.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("good"));
        nodes.two.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("good"));
    }

    /** A reader between the statement and the commit must not store the old state. */
    @Test
    void aConcurrentReaderOfAnUpdatedRowStoresNothing() {
        assumeWritesAreCached();
        try (StatelessSession session = nodes.two.factory().openStatelessSession()) {
            session.beginTransaction();
            Review review = review(session);
            review.text = "later";
            session.update(review);
            for (int i = 0; i < 2; i++) {
                nodes.one.transact(
                        other -> assertThat(other.find(Review.class, 1L).text).isEqualTo("good"));
            }
            session.getTransaction().commit();
        }
        nodes.one.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("later"));
    }

    @Test
    void aBulkUpdateIsSeenByBoth() {
        nodes.two.factory().inStatelessTransaction(session -> {
            session.createMutationQuery("update Review set text = 'bulk'").executeUpdate();
            nodes.one.transact(
                    other -> assertThat(other.find(Review.class, 1L).text).isEqualTo("good"));
        });
        nodes.one.transact(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("bulk"));
        nodes.assertCached(
                session -> assertThat(session.find(Review.class, 1L).text).isEqualTo("bulk"));
    }

    @Test
    void aBulkDeleteIsSeenByBoth() {
        nodes.two
                .factory()
                .inStatelessTransaction(session ->
                        session.createMutationQuery("delete from Review").executeUpdate());
        assertThat(nodes.one.find(Review.class, 1L)).isNull();
    }
}
