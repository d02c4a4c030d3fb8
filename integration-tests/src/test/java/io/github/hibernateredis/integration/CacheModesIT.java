package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import jakarta.persistence.CacheRetrieveMode;
import jakarta.persistence.CacheStoreMode;
import java.util.List;
import java.util.Map;
import org.hibernate.CacheMode;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The modes of the ORM and of JPA for reading from the cache and storing in it, for a session or an operation. */
class CacheModesIT {

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("cache-modes", Product.class, Review.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aProduct() {
        nodes.one.transact(
                session -> session.createMutationQuery("delete from Product").executeUpdate());
        nodes.one.transact(session -> session.persist(new Product(1, "A-1", "first")));
        Nodes.assertServed(nodes.two, session -> assertThat(name(session)).isEqualTo("first"));
    }

    private static String name(Session session) {
        return session.find(Product.class, 1L).name;
    }

    private static boolean isCached() {
        return nodes.one.factory().getCache().containsEntity(Product.class, 1L);
    }

    private static long statements(CacheMode mode) {
        return nodes.one.statements(() -> nodes.one.transact(session -> {
            // Up to ORM 7, find() ignores the session's mode.
            session.setCacheMode(mode);
            Hibernate.initialize(session.getReference(Product.class, 1L));
        }));
    }

    /** Changes the row without the ORM. */
    private static void changeUnnoticed() {
        nodes.one.transact(session -> session.doWork(connection -> {
            try (var statement = connection.createStatement()) {
                statement.executeUpdate("update Product set name = 'unnoticed'");
            }
        }));
    }

    @Test
    void getReadsAndDoesNotStore() {
        assertThat(statements(CacheMode.GET)).isZero();
        nodes.evictEverything();
        assertThat(statements(CacheMode.GET)).isPositive();
        assertThat(isCached()).isFalse();
    }

    @Test
    void putStoresAndDoesNotRead() {
        assertThat(statements(CacheMode.PUT)).isPositive();
        nodes.evictEverything();
        assertThat(statements(CacheMode.PUT)).isPositive();
        assertThat(isCached()).isTrue();
    }

    @Test
    void ignoreNeitherReadsNorStores() {
        assertThat(statements(CacheMode.IGNORE)).isPositive();
        nodes.evictEverything();
        assertThat(statements(CacheMode.IGNORE)).isPositive();
        assertThat(isCached()).isFalse();
    }

    @Test
    void refreshReplacesWhatIsThere() {
        changeUnnoticed();
        nodes.two.transact(session -> assertThat(name(session)).isEqualTo("first"));
        assertThat(statements(CacheMode.REFRESH)).isPositive();
        assertThat(isCached()).isTrue();
        Nodes.assertServed(nodes.two, session -> assertThat(name(session)).isEqualTo("unnoticed"));
    }

    @Test
    void aWriteInvalidatesInEveryMode() {
        for (CacheMode mode : CacheMode.values()) {
            nodes.two.transact(session -> {
                session.setCacheMode(mode);
                session.find(Product.class, 1L).name = "by " + mode;
            });
            nodes.one.transact(session -> assertThat(name(session)).isEqualTo("by " + mode));
            nodes.assertCached(session -> assertThat(name(session)).isEqualTo("by " + mode));
        }
    }

    @Test
    void aDeleteInvalidatesInEveryMode() {
        for (CacheMode mode : CacheMode.values()) {
            long id = 100 + mode.ordinal();
            nodes.one.transact(session -> session.persist(new Product(id, "D-" + id, "doomed")));
            nodes.assertCached(session -> session.find(Product.class, id));
            nodes.two.transact(session -> {
                session.setCacheMode(mode);
                session.remove(session.find(Product.class, id));
            });
            assertThat(nodes.one.find(Product.class, id)).isNull();
        }
    }

    @Test
    void theModesOfJpa() {
        changeUnnoticed();
        nodes.one.transact(session -> assertThat(session.find(
                                Product.class,
                                1L,
                                Map.of("jakarta.persistence.cache.retrieveMode", CacheRetrieveMode.BYPASS))
                        .name)
                .isEqualTo("unnoticed"));
        nodes.two.transact(session -> assertThat(name(session)).isEqualTo("first"));
        nodes.one.transact(session -> session.find(
                Product.class,
                1L,
                Map.of(
                        "jakarta.persistence.cache.retrieveMode",
                        CacheRetrieveMode.BYPASS,
                        "jakarta.persistence.cache.storeMode",
                        CacheStoreMode.REFRESH)));
        assertThat(isCached()).isTrue();
        Nodes.assertServed(nodes.two, session -> assertThat(name(session)).isEqualTo("unnoticed"));
    }

    @Test
    void aCachedQueryObeysItsModes() {
        nodes.share(session -> queryNames(session, CacheRetrieveMode.USE, CacheStoreMode.USE));
        changeUnnoticed();
        nodes.one.transact(session -> {
            assertThat(queryNames(session, CacheRetrieveMode.BYPASS, CacheStoreMode.BYPASS))
                    .isEqualTo("unnoticed");
            assertThat(queryNames(session, CacheRetrieveMode.USE, CacheStoreMode.USE))
                    .isEqualTo("first");
            assertThat(queryNames(session, CacheRetrieveMode.BYPASS, CacheStoreMode.REFRESH))
                    .isEqualTo("unnoticed");
        });
        for (Application node : List.of(nodes.one, nodes.two)) { // the first read waits for the put
            Nodes.assertServed(
                    node,
                    session -> assertThat(queryNames(session, CacheRetrieveMode.USE, CacheStoreMode.USE))
                            .isEqualTo("unnoticed"));
        }
    }

    private static String queryNames(Session session, CacheRetrieveMode retrieve, CacheStoreMode store) {
        return session.createQuery("select name from Product", String.class)
                .setCacheable(true)
                .setCacheMode(CacheMode.NORMAL) // ORM 6 cannot set one half of a missing mode
                .setCacheRetrieveMode(retrieve)
                .setCacheStoreMode(store)
                .getSingleResult();
    }
}
