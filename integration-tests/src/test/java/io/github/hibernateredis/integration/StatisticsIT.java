package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import org.hibernate.Cache;
import org.hibernate.Session;
import org.hibernate.stat.CacheRegionStatistics;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link Cache} and {@link Statistics}, as an application's administrator uses them. */
class StatisticsIT {

    private static final String PRODUCT = Product.class.getName();
    private static final String REVIEWS = PRODUCT + ".reviews";

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("statistics", Product.class, Review.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aCachedProductWithAReview() {
        nodes.one.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        nodes.one.transact(session -> {
            Product product = new Product(1, "A-1", "first");
            session.persist(product);
            session.persist(new Product(2, "A-2", "second"));
            session.persist(new Review(1, product, "good"));
        });
        nodes.share(StatisticsIT::readEverything);
        nodes.one.factory().getStatistics().clear();
        nodes.two.factory().getStatistics().clear();
    }

    private static void readEverything(Session session) {
        assertThat(session.bySimpleNaturalId(Product.class).load("A-1")).isNotNull();
        assertThat(session.find(Product.class, 1L).reviews).hasSize(1);
        assertThat(session.find(Product.class, 2L)).isNotNull();
        assertThat(session.createQuery("from Review", Review.class)
                        .setCacheable(true)
                        .list())
                .hasSize(1);
    }

    private boolean servesEverything() {
        return nodes.two.isCached(() -> nodes.two.transact(StatisticsIT::readEverything));
    }

    @Test
    void hitsMissesAndPutsAreCounted() {
        nodes.two.transact(StatisticsIT::readEverything);
        Statistics statistics = nodes.two.factory().getStatistics();
        assertThat(statistics.getSecondLevelCacheHitCount()).isEqualTo(4); // two products, a review, a collection
        assertThat(statistics.getSecondLevelCacheMissCount()).isZero();
        assertThat(statistics.getNaturalIdCacheHitCount()).isPositive();
        assertThat(statistics.getQueryCacheHitCount()).isEqualTo(1);
        assertThat(nodes.two.region(PRODUCT).getHitCount()).isEqualTo(2);
        assertThat(nodes.two.region(REVIEWS).getHitCount()).isEqualTo(1);

        nodes.two.factory().getCache().evictEntityData(Product.class, 2L);
        nodes.two.transact(session -> session.find(Product.class, 2L));
        assertThat(nodes.two.region(PRODUCT).getMissCount()).isEqualTo(1);
        assertThat(nodes.two.region(PRODUCT).getPutCount()).isEqualTo(1);
    }

    @Test
    void regionsTellHowMuchTheyHold() {
        CacheRegionStatistics products = nodes.two.region(PRODUCT);
        assertThat(products.getElementCountInMemory()).isEqualTo(2);
        assertThat(products.getSizeInMemory()).isBetween(50L, 50_000L);
        assertThat(products.getElementCountOnDisk()).isZero();
        assertThat(nodes.two.region(REVIEWS).getElementCountInMemory()).isEqualTo(1);
        nodes.one.factory().getCache().evictEntityData(Product.class);
        assertThat(products.getElementCountInMemory()).isZero();
    }

    @Test
    void anItemIsEvictedForBoth() {
        Cache cache = nodes.one.factory().getCache();
        assertThat(cache.containsEntity(Product.class, 1L)).isTrue();
        assertThat(cache.containsEntity(PRODUCT, 3L)).isFalse();
        assertThat(cache.contains(Product.class, 2L)).isTrue();
        cache.evict(Product.class, 1L);
        assertThat(cache.containsEntity(Product.class, 1L)).isFalse();
        assertThat(nodes.two.factory().getCache().containsEntity(Product.class, 1L))
                .isFalse();
        assertThat(nodes.two.factory().getCache().containsEntity(Product.class, 2L))
                .isTrue();
        assertThat(servesEverything()).isFalse();
    }

    @Test
    void aCollectionIsEvictedForBoth() {
        Cache cache = nodes.one.factory().getCache();
        assertThat(cache.containsCollection(REVIEWS, 1L)).isTrue();
        cache.evictCollectionData(REVIEWS, 1L);
        assertThat(nodes.two.factory().getCache().containsCollection(REVIEWS, 1L))
                .isFalse();
        assertThat(servesEverything()).isFalse();
    }

    @Test
    void aRegionIsEvictedForBoth() {
        nodes.one.factory().getCache().evictRegion(PRODUCT);
        assertThat(nodes.two.factory().getCache().containsEntity(Product.class, 1L))
                .isFalse();
        assertThat(nodes.two.factory().getCache().containsEntity(Product.class, 2L))
                .isFalse();
        assertThat(nodes.two.factory().getCache().containsCollection(REVIEWS, 1L))
                .isTrue();
        nodes.assertCached(StatisticsIT::readEverything);
    }

    @Test
    void entitiesNaturalIdsAndQueriesAreEvictedForBoth() {
        Runnable[] evictions = {
            () -> nodes.one.factory().getCache().evictAll(),
            () -> nodes.one.factory().getCache().evictEntityData(),
            () -> nodes.one.factory().getCache().evictCollectionData(),
            () -> nodes.one.factory().getCache().evictNaturalIdData(Product.class),
            () -> nodes.one.factory().getCache().evictNaturalIdData(),
            () -> nodes.one.factory().getCache().evictDefaultQueryRegion(),
            () -> nodes.one.factory().getCache().evictQueryRegions(),
            () -> nodes.one.factory().getCache().evictAllRegions(),
        };
        for (Runnable eviction : evictions) {
            assertThat(servesEverything()).isTrue();
            eviction.run();
            assertThat(servesEverything()).isFalse();
            nodes.assertCached(StatisticsIT::readEverything);
        }
    }
}
