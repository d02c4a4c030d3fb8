package io.github.hibernateredis.integration.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.Prefetch;
import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.util.List;
import java.util.stream.LongStream;
import org.hibernate.Cache;
import org.hibernate.stat.CacheRegionStatistics;

/** Uses the cache in every way that an application can, and checks each result, from the cache or not. */
final class AllUses {

    private static final int PRODUCTS = 20;

    private AllUses() {}

    static Application.Builder describe(String name) {
        return Application.on(name, Product.class, Review.class);
    }

    static void of(Application node) {
        node.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        insert(node);
        for (int pass = 1; pass <= 2; pass++) {
            read(node, "first");
        }
        node.transact(session -> session.find(Product.class, 1L).name = "second");
        read(node, "second");
        node.transact(session -> session.createMutationQuery("update Product set name = 'third' where id = 1")
                .executeUpdate());
        read(node, "third");
        node.transact(session -> {
            Product product = session.find(Product.class, 1L);
            Review review = new Review(2, product, "better");
            session.persist(review);
            product.reviews.add(review);
        });
        node.transact(session -> session.remove(session.find(Review.class, 2L)));
        evict(node);
        read(node, "third");
        count(node);
    }

    private static void insert(Application node) {
        node.transact(session -> {
            for (long id = 1; id <= PRODUCTS; id++) {
                session.persist(new Product(id, "A-" + id, "first"));
            }
            Review review = new Review(1, session.find(Product.class, 1L), "good");
            session.persist(review);
            review.product.reviews.add(review);
        });
    }

    private static void read(Application node, String name) {
        node.transact(session -> {
            Product product = session.find(Product.class, 1L);
            assertThat(product.name).isEqualTo(name);
            assertThat(product.reviews).extracting(review -> review.text).contains("good");
            assertThat(session.createQuery("from Product where name = :name", Product.class)
                            .setParameter("name", name)
                            .setCacheable(true)
                            .list())
                    .contains(product);
        });
        node.transact(
                session -> assertThat(session.bySimpleNaturalId(Product.class).load("A-1").name)
                        .isEqualTo(name));
        node.transact(session -> {
            List<Long> ids = LongStream.rangeClosed(1, PRODUCTS).boxed().toList();
            Prefetch.entities(session, Product.class, ids);
            ids.forEach(id -> assertThat(session.find(Product.class, id)).isNotNull());
        });
    }

    private static void evict(Application node) {
        Cache cache = node.factory().getCache();
        cache.evictEntityData(Product.class, 1L);
        cache.evictCollectionData(Product.class.getName() + ".reviews", 1L);
        cache.evictNaturalIdData(Product.class);
        cache.evictEntityData(Product.class);
        cache.evictDefaultQueryRegion();
        cache.evictAllRegions();
    }

    private static void count(Application node) {
        CacheRegionStatistics region = node.region(Product.class.getName());
        assertThat(region.getElementCountInMemory()).isLessThanOrEqualTo(PRODUCTS);
        assertThat(region.getSizeInMemory())
                .isGreaterThanOrEqualTo(CacheRegionStatistics.NO_EXTENDED_STAT_SUPPORT_RETURN);
    }
}
