package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sequences of calls for which the ORM's own test suite found less caching than possible. */
class OrmSequencesIT {

    private static final String REGION = "first-named-by-a-query";

    private final Application.Builder builder = Application.on("orm-sequences", Product.class, Review.class);
    private Application node;

    @BeforeEach
    void start() {
        node = builder.start();
        node.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aRowThatIsInsertedAndUpdatedInOneTransactionIsCachedAsItWasCommitted() {
        node.transact(session -> {
            Product product = new Product(1, "A-1", "inserted");
            session.persist(product);
            session.flush();
            product.name = "updated";
            session.flush();
            product.name = "updated again";
        });
        assertThat(node.isCached(
                        () -> assertThat(node.find(Product.class, 1L).name).isEqualTo("updated again")))
                .isTrue();
    }

    @Test
    void aRowThatIsInsertedAndDeletedInOneTransactionIsNotCached() {
        node.transact(session -> {
            Product product = new Product(1, "A-1", "inserted");
            session.persist(product);
            session.flush();
            session.remove(product);
        });
        assertThat(node.factory().getCache().containsEntity(Product.class, 1L)).isFalse();
    }

    @Test
    void everyRowOfATransactionIsCachedThoughItsRegionWasInvalidatedJustBefore() {
        node.factory().getCache().evictAll();
        node.transact(session -> {
            for (int id = 1; id <= 20; id++) {
                session.persist(new Product(id, "A-" + id, "product"));
            }
        });
        for (long id = 1; id <= 20; id++) {
            assertThat(node.factory().getCache().containsEntity(Product.class, id))
                    .as("product %d", id)
                    .isTrue();
        }
    }

    @Test
    void theSessionThatIsTheFirstToNameAQueryRegionStoresInIt() {
        node.transact(session -> query(session, REGION));
        assertThat(node.isCached(() -> node.transact(session -> query(session, REGION))))
                .isTrue();
    }

    @Test
    void aQueryIsStoredThoughItsRegionWasInvalidatedSinceTheTransactionBegan() {
        node.transact(session -> {
            node.factory().getCache().evictQueryRegions();
            query(session, null);
        });
        assertThat(node.isCached(() -> node.transact(session -> query(session, null))))
                .isTrue();
    }

    /** Its snapshot may be older than the change for which the region was invalidated. */
    @Test
    void butNotByATransactionThatReadsFromASnapshot() {
        node.close();
        node = builder.set(AvailableSettings.ISOLATION, "REPEATABLE_READ").start();
        node.transact(session -> {
            session.find(Product.class, 1L);
            node.factory().getCache().evictQueryRegions();
            query(session, null);
        });
        assertThat(node.isCached(() -> node.transact(session -> query(session, null))))
                .isFalse();
    }

    private static List<Product> query(Session session, String region) {
        return session.createQuery("from Product", Product.class)
                .setCacheable(true)
                .setCacheRegion(region)
                .list();
    }
}
