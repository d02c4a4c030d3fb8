package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import java.sql.Connection;
import java.util.List;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The effects of a transaction that is not committed yet, or rolls back, on what others read; locks and refreshes. */
class TransactionsIT {

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("transactions", Product.class, Review.class);
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
            session.persist(new Product(2, "A-2", "second"));
        });
        nodes.share(session -> {
            assertThat(session.find(Product.class, 1L).reviews).hasSize(2);
            assertThat(session.find(Product.class, 2L).reviews).isEmpty();
        });
    }

    private static String name(Session session) {
        return session.find(Product.class, 1L).name;
    }

    @Test
    void anInsertThatIsRolledBackLeavesNoTrace() {
        Nodes.rollBack(nodes.one, session -> {
            session.persist(new Product(9, "X-9", "never"));
            session.persist(new Review(9, session.find(Product.class, 1L), "never"));
            session.flush();
            session.clear();
            assertThat(session.find(Product.class, 9L).name).isEqualTo("never");
            assertThat(session.find(Product.class, 9L).reviews).isEmpty();
            assertThat(session.bySimpleNaturalId(Product.class).load("X-9")).isNotNull();
            assertThat(session.createQuery("from Product", Product.class)
                            .setCacheable(true)
                            .list())
                    .hasSize(3);
        });
        for (Application node : List.of(nodes.two, nodes.one)) {
            node.transact(session -> {
                assertThat(session.find(Product.class, 9L)).isNull();
                assertThat(session.find(Review.class, 9L)).isNull();
                assertThat(session.bySimpleNaturalId(Product.class).load("X-9")).isNull();
                assertThat(session.find(Product.class, 1L).reviews).hasSize(2);
                assertThat(session.createQuery("from Product", Product.class)
                                .setCacheable(true)
                                .list())
                        .hasSize(2);
            });
        }
    }

    /** A session does not learn of another session's writes in the same transaction. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatASessionThatSharesTheTransactionReadsIsNotStoredBeforeTheCommit(boolean committed) {
        nodes.evictEverything();
        try (Session writer = nodes.one.factory().openSession()) {
            writer.beginTransaction();
            insert(writer, committed);
            try (Session reader = writer.sessionWithOptions().connection().openSession()) {
                readInserted(reader);
                assertAdded(nodes.two, false);
            }
            end(writer, committed);
        }
        assertAdded(nodes.two, committed);
        assertAdded(nodes.one, committed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatASessionThatSharesTheConnectionReadsIsNotStoredBeforeTheCommit(boolean committed) {
        nodes.evictEverything();
        try (Session owner = nodes.one.factory().openSession()) {
            owner.doWork(connection -> {
                try (Session writer = on(connection);
                        Session reader = on(connection)) {
                    writer.beginTransaction();
                    insert(writer, committed);
                    reader.beginTransaction();
                    readInserted(reader);
                    assertAdded(nodes.two, false);
                    end(reader, committed);
                    end(writer, committed);
                }
            });
        }
        assertAdded(nodes.two, committed);
        assertAdded(nodes.one, committed);
    }

    /** The ORM lets the owner of the connection end the locks of the session that shares it. */
    @Test
    void aSessionThatSharesTheTransactionLocksInEachOfThem() {
        try (Session owner = nodes.one.factory().openSession();
                Session sharing = owner.sessionWithOptions().connection().openSession()) {
            for (String next : List.of("second", "third")) {
                String last = name(sharing);
                owner.beginTransaction();
                sharing.find(Product.class, 1L).name = next;
                sharing.flush();
                for (int loads = 0; loads < 3; loads++) {
                    assertThat(nodes.two.sql(() -> nodes.two.transact(
                                    other -> assertThat(name(other)).isEqualTo(last))))
                            .as("statements for what is being written, to " + next)
                            .isNotEmpty();
                }
                owner.getTransaction().commit();
                nodes.assertCached(session -> assertThat(name(session)).isEqualTo(next));
            }
        }
    }

    private static Session on(Connection connection) {
        return nodes.one.factory().withOptions().connection(connection).openSession();
    }

    /** @param completely whether the inverse side is set, too, which other transactions use after the commit */
    private static void insert(Session session, boolean completely) {
        Product product = session.find(Product.class, 1L);
        Review review = new Review(9, product, "added");
        session.persist(new Product(9, "X-9", "added"));
        session.persist(review);
        if (completely) {
            product.reviews.add(review);
        }
        session.flush();
    }

    private static void readInserted(Session session) {
        assertThat(session.find(Product.class, 9L).name).isEqualTo("added");
        assertThat(session.find(Review.class, 9L).text).isEqualTo("added");
        assertThat(session.bySimpleNaturalId(Product.class).load("X-9")).isNotNull();
        session.clear();
        assertThat(session.find(Product.class, 1L).reviews).hasSize(3);
        assertThat(allProducts(session)).hasSize(3);
    }

    private static void end(Session session, boolean committed) {
        if (committed) {
            session.getTransaction().commit();
        } else {
            session.getTransaction().rollback();
        }
    }

    private static List<Product> allProducts(Session session) {
        return session.createQuery("from Product", Product.class)
                .setCacheable(true)
                .list();
    }

    private static void assertAdded(Application node, boolean added) {
        node.transact(session -> {
            assertThat(session.find(Product.class, 9L) != null).isEqualTo(added);
            assertThat(session.find(Review.class, 9L) != null).isEqualTo(added);
            assertThat(session.bySimpleNaturalId(Product.class).load("X-9") != null)
                    .isEqualTo(added);
            session.clear(); // the product that came with a review has no collection of the ORM (6.6 to 8.0)
            assertThat(session.find(Product.class, 1L).reviews).hasSize(added ? 3 : 2);
            assertThat(allProducts(session)).hasSize(added ? 3 : 2);
        });
    }

    @Test
    void anUpdateThatIsRolledBackLeavesNoTrace() {
        Nodes.rollBack(nodes.one, session -> {
            session.find(Product.class, 1L).name = "never";
            session.flush();
            session.clear();
            assertThat(name(session)).isEqualTo("never");
            nodes.two.transact(other -> assertThat(name(other)).isEqualTo("first"));
        });
        nodes.assertCached(session -> assertThat(name(session)).isEqualTo("first"));
    }

    @Test
    void aDeleteThatIsRolledBackLeavesNoTrace() {
        Nodes.rollBack(nodes.one, session -> {
            session.remove(session.find(Review.class, 1L));
            session.flush();
            session.clear();
            assertThat(session.find(Review.class, 1L)).isNull();
        });
        nodes.assertCached(session -> {
            assertThat(session.find(Product.class, 1L).reviews).hasSize(2);
            assertThat(session.find(Review.class, 1L).text).isEqualTo("good");
        });
    }

    @Test
    void aCollectionReadAfterAWriteOfTheSameTransactionIsNotStored() {
        nodes.one.factory().getCache().evictCollectionData();
        try (Session session = nodes.one.factory().openSession()) {
            session.beginTransaction();
            session.find(Review.class, 1L).product = session.find(Product.class, 2L);
            session.flush();
            session.clear();
            assertThat(session.find(Product.class, 2L).reviews).hasSize(1);
            assertThat(session.find(Product.class, 1L).reviews).hasSize(1);
            nodes.two.transact(other -> {
                assertThat(other.find(Product.class, 2L).reviews).isEmpty();
                assertThat(other.find(Product.class, 1L).reviews).hasSize(2);
            });
            session.getTransaction().rollback();
        }
        nodes.assertCached(session -> {
            assertThat(session.find(Product.class, 2L).reviews).isEmpty();
            assertThat(session.find(Product.class, 1L).reviews).hasSize(2);
        });
    }

    @Test
    void severalFlushesOfOneTransaction() {
        nodes.one.transact(session -> {
            Product product = session.find(Product.class, 1L);
            product.name = "step 1";
            session.flush();
            product.name = "step 2";
            session.flush();
            nodes.two.transact(other -> assertThat(name(other)).isEqualTo("first"));
            product.name = "step 3";
        });
        Nodes.assertServed(nodes.two, session -> assertThat(name(session)).isEqualTo("step 3"));
    }

    @Test
    void insertUpdateAndDeleteInOneTransaction() {
        nodes.one.transact(session -> {
            Product product = new Product(5, "Z-5", "born");
            session.persist(product);
            session.flush();
            product.name = "grown";
            session.flush();
            session.remove(product);
        });
        assertThat(nodes.two.find(Product.class, 5L)).isNull();
        nodes.one.transact(session -> {
            Product product = new Product(6, "Z-6", "born");
            session.persist(product);
            session.flush();
            product.name = "grown";
        });
        nodes.assertCached(
                session -> assertThat(session.find(Product.class, 6L).name).isEqualTo("grown"));
    }

    @Test
    void aStaleVersionFailsAndTheFresherStateStays() {
        assertThatThrownBy(() -> nodes.one.transact(session -> {
                    session.find(Product.class, 1L).name = "loser";
                    nodes.two.transact(other -> other.find(Product.class, 1L).name = "winner");
                }))
                .isInstanceOfAny(OptimisticLockException.class, org.hibernate.StaleStateException.class);
        nodes.assertCached(session -> assertThat(name(session)).isEqualTo("winner"));
    }

    @Test
    void aPessimisticLockReadsTheDatabase() {
        nodes.one.transact(session -> assertThat(
                        nodes.one.statements(() -> session.find(Product.class, 1L, LockModeType.PESSIMISTIC_WRITE)))
                .isPositive());
        nodes.two.transact(session -> {
            Product product = session.find(Product.class, 1L);
            session.lock(product, LockModeType.PESSIMISTIC_WRITE);
            product.name = "locked";
        });
        nodes.assertCached(session -> assertThat(name(session)).isEqualTo("locked"));
    }

    @Test
    void aForcedIncrementOfTheVersionIsSeen() {
        int before = nodes.two.find(Product.class, 1L).version;
        nodes.one.transact(session -> session.find(Product.class, 1L, LockModeType.PESSIMISTIC_FORCE_INCREMENT));
        nodes.one.transact(session -> session.find(Product.class, 1L, LockModeType.OPTIMISTIC_FORCE_INCREMENT));
        assertThat(nodes.two.find(Product.class, 1L).version).isEqualTo(before + 2);
        nodes.two.transact(session -> session.find(Product.class, 1L).name = "after");
        nodes.assertCached(session -> assertThat(name(session)).isEqualTo("after"));
    }

    /** The ORM ends its lock of the entry right after the SQL, long before the commit. */
    @ParameterizedTest
    @EnumSource(
            value = LockModeType.class,
            names = {"PESSIMISTIC_FORCE_INCREMENT", "PESSIMISTIC_WRITE"})
    void aLockedRowIsNotStoredFromBeforeTheCommit(LockModeType mode) {
        int before = nodes.two.find(Product.class, 1L).version;
        try (Session session = nodes.one.factory().openSession()) {
            session.beginTransaction();
            session.lock(session.find(Product.class, 1L), mode);
            for (int i = 0; i < 3; i++) {
                assertThat(nodes.two.find(Product.class, 1L).version).isEqualTo(before);
            }
            session.getTransaction().commit();
        }
        int after = mode == LockModeType.PESSIMISTIC_FORCE_INCREMENT ? before + 1 : before;
        assertThat(nodes.two.find(Product.class, 1L).version).isEqualTo(after);
        nodes.assertCached(
                session -> assertThat(session.find(Product.class, 1L).version).isEqualTo(after));
    }

    /** Another client has changed the row without the ORM: a refresh brings the change to both instances. */
    @Test
    void aRefreshReadsTheDatabaseAndFreshensTheCache() {
        nodes.one.transact(session -> session.doWork(connection -> {
            try (var statement = connection.createStatement()) {
                statement.executeUpdate("update Product set name = 'unnoticed'");
            }
        }));
        nodes.two.transact(session -> {
            Product product = session.find(Product.class, 1L);
            assertThat(product.name).isEqualTo("first");
            session.refresh(product);
            assertThat(product.name).isEqualTo("unnoticed");
        });
        nodes.one.transact(session -> assertThat(name(session)).isEqualTo("unnoticed"));
        nodes.assertCached(session -> assertThat(name(session)).isEqualTo("unnoticed"));
    }

    @Test
    void manyAreFoundAtOnceInTheCacheWhereTheyAre() {
        nodes.one.factory().getCache().evictEntityData(Product.class, 2L);
        nodes.two.transact(session -> {
            List<Product> products = session.byMultipleIds(Product.class)
                    .with(org.hibernate.CacheMode.NORMAL)
                    .multiLoad(List.of(1L, 2L, 3L));
            assertThat(products)
                    .extracting(product -> product == null ? null : product.name)
                    .containsExactly("first", "second", null);
        });
        nodes.assertCached(session -> assertThat(session.byMultipleIds(Product.class)
                        .with(org.hibernate.CacheMode.NORMAL)
                        .multiLoad(List.of(1L, 2L)))
                .extracting(product -> product.name)
                .containsExactly("first", "second"));
    }

    @Test
    void readOutsideATransaction() {
        try (Session session = nodes.two.factory().openSession()) {
            assertThat(nodes.two.isCached(() -> assertThat(name(session)).isEqualTo("first")))
                    .isTrue();
        }
        nodes.evictEverything();
        for (int i = 0; i < 2; i++) {
            try (Session session = nodes.one.factory().openSession()) {
                assertThat(name(session)).isEqualTo("first");
            }
        }
        Nodes.assertServed(nodes.two, session -> assertThat(name(session)).isEqualTo("first"));
    }
}
