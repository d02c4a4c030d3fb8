package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.util.List;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What two instances of an application see of each other through the cache, with any servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwoNodesContract {

    private Application one;
    private Application two;

    /** Configures the servers of the application. */
    abstract void choose(Application.Builder builder);

    @BeforeAll
    final void start() {
        Application.Builder builder = Application.on("two-nodes", Product.class, Review.class);
        choose(builder);
        one = builder.start();
        two = builder.start();
    }

    @AfterAll
    final void stop() {
        two.close();
        one.close();
    }

    @BeforeEach
    void aProductWithReviews() {
        one.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        one.transact(session -> {
            Product product = new Product(1, "A-1", "first");
            session.persist(product);
            session.persist(new Review(1, product, "good"));
            session.persist(new Review(2, product, "bad"));
        });
    }

    @Test
    void anInsertedEntityIsCachedForBoth() {
        assertThat(one.isCached(() -> one.find(Product.class, 1L))).isTrue();
        assertThat(two.isCached(() -> two.find(Product.class, 1L))).isTrue();
        assertThat(two.find(Product.class, 1L).name).isEqualTo("first");
    }

    @Test
    void aLoadedEntityIsCachedForBoth() {
        one.factory().getCache().evictAll();
        assertThat(one.isCached(() -> one.find(Product.class, 1L))).isFalse();
        one.find(Product.class, 1L); // waits for the put of the load
        assertThat(two.isCached(
                        () -> assertThat(two.find(Product.class, 1L).name).isEqualTo("first")))
                .isTrue();
    }

    @Test
    void anUpdateOfOneIsSeenByTheOtherFromTheCache() {
        two.find(Product.class, 1L);
        one.transact(session -> session.find(Product.class, 1L).name = "second");
        assertThat(two.isCached(
                        () -> assertThat(two.find(Product.class, 1L).name).isEqualTo("second")))
                .isTrue();
        two.transact(session -> session.find(Product.class, 1L).name = "third");
        assertThat(one.isCached(
                        () -> assertThat(one.find(Product.class, 1L).name).isEqualTo("third")))
                .isTrue();
    }

    @Test
    void aRollbackLeavesTheCommittedState() {
        try (Session session = one.factory().openSession()) {
            session.beginTransaction();
            session.find(Product.class, 1L).name = "never";
            session.flush();
            session.getTransaction().rollback();
        }
        assertThat(two.find(Product.class, 1L).name).isEqualTo("first");
    }

    @Test
    void aDeletedEntityIsGone() {
        two.find(Review.class, 1L);
        one.transact(session -> session.remove(session.find(Review.class, 1L)));
        assertThat(two.find(Review.class, 1L)).isNull();
    }

    @Test
    void aCollectionIsCachedForBoth() {
        readReviews(one);
        readReviews(one); // waits for the puts of the loads
        assertThat(two.isCached(() -> assertThat(readReviews(two)).containsExactlyInAnyOrder("good", "bad")))
                .isTrue();
    }

    private static List<String> readReviews(Application node) {
        return node.inTransaction(session -> session.find(Product.class, 1L).reviews.stream()
                .map(review -> review.text)
                .toList());
    }

    @Test
    void aNaturalIdIsCachedForBoth() {
        findByCode(one, "A-1");
        findByCode(one, "A-1"); // waits for the puts of the load
        assertThat(two.isCached(() -> assertThat(findByCode(two, "A-1").name).isEqualTo("first")))
                .isTrue();
    }

    @Test
    void aChangedNaturalIdNoLongerResolves() {
        findByCode(two, "A-1");
        one.transact(session -> session.find(Product.class, 1L).code = "A-2");
        assertThat(findByCode(two, "A-1")).isNull();
        assertThat(findByCode(two, "A-2").id).isEqualTo(1);
    }

    private static Product findByCode(Application node, String code) {
        return node.inTransaction(
                session -> session.bySimpleNaturalId(Product.class).load(code));
    }

    @Test
    void aQueryIsCachedForBothUntilItsTableIsWritten() {
        queryNames(one);
        queryNames(one); // waits for the put of the result
        assertThat(two.isCached(() -> assertThat(queryNames(two)).containsExactly("first")))
                .isTrue();
        two.transact(session -> session.persist(new Product(2, "B-1", "another")));
        assertThat(queryNames(one)).containsExactlyInAnyOrder("first", "another");
    }

    private static List<String> queryNames(Application node) {
        return node.inTransaction(
                session -> session.createQuery("from Product", Product.class).setCacheable(true).list().stream()
                        .map(product -> product.name)
                        .toList());
    }

    @Test
    void aBulkUpdateOfOneIsSeenByTheOther() {
        two.find(Product.class, 1L);
        one.transact(session -> {
            session.createMutationQuery("update Product set name = 'bulk'").executeUpdate();
            assertThat(session.find(Product.class, 1L).name).isEqualTo("bulk");
        });
        assertThat(two.find(Product.class, 1L).name).isEqualTo("bulk");
        for (int loads = 0; loads < 3; loads++) { // loads of sessions without the stamp of the update are refused
            two.find(Product.class, 1L);
        }
        assertThat(one.isCached(() -> one.find(Product.class, 1L))).isTrue();
    }

    final Application one() {
        return one;
    }
}
