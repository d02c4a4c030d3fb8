package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A write that was rolled back to a savepoint is not stored, even though the transaction commits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolledBackSavepointsIT {

    /** How an application makes the session discard a rolled-back state. */
    enum Forgetting implements BiConsumer<Session, Product> {
        CLEAR {
            @Override
            public void accept(Session session, Product product) {
                session.clear();
            }
        },
        DETACH {
            @Override
            public void accept(Session session, Product product) {
                session.detach(product);
            }
        },
        REFRESH {
            @Override
            public void accept(Session session, Product product) {
                session.refresh(product);
            }
        },
        CLEAR_AND_FIND {
            @Override
            public void accept(Session session, Product product) {
                session.clear();
                assertThat(session.find(Product.class, 1L).name).isEqualTo("first");
            }
        },
        CLEAR_AND_QUERY {
            @Override
            public void accept(Session session, Product product) {
                session.clear();
                assertThat(session.createSelectionQuery("from Product where id = 1", Product.class)
                                .getSingleResult()
                                .name)
                        .isEqualTo("first");
            }
        }
    }

    private Application one;
    private Application two;

    @BeforeAll
    void start() {
        Application.Builder builder = Application.on("savepoints", Product.class, Review.class);
        one = builder.start();
        two = builder.start();
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    @BeforeEach
    void aProduct() {
        one.transact(session -> {
            session.createMutationQuery("delete from Review").executeUpdate();
            session.createMutationQuery("delete from Product").executeUpdate();
        });
        one.transact(session -> session.persist(new Product(1, "A-1", "first")));
    }

    private static void inSavepoint(Session session, Consumer<Session> action) {
        Savepoint[] savepoint = new Savepoint[1];
        session.doWork(connection -> savepoint[0] = connection.setSavepoint());
        action.accept(session);
        session.flush();
        session.doWork(connection -> rollBack(connection, savepoint[0]));
    }

    private static void rollBack(Connection connection, Savepoint savepoint) throws SQLException {
        connection.rollback(savepoint);
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateIsNotSeen(Forgetting forgetting) {
        one.transact(session -> {
            Product product = session.find(Product.class, 1L);
            inSavepoint(session, s -> product.name = "never");
            forgetting.accept(session, product);
        });
        assertThat(two.find(Product.class, 1L).name).isEqualTo("first");
        assertThat(one.find(Product.class, 1L).name).isEqualTo("first");
    }

    @ParameterizedTest
    @EnumSource
    void aNaturalIdIsNotSeen(Forgetting forgetting) {
        one.transact(session -> {
            Product product = session.find(Product.class, 1L);
            inSavepoint(session, s -> product.code = "B-1");
            forgetting.accept(session, product);
        });
        for (Application node : new Application[] {two, one}) {
            node.transact(session -> {
                assertThat(session.bySimpleNaturalId(Product.class).load("B-1")).isNull();
                assertThat(session.bySimpleNaturalId(Product.class).load("A-1").code)
                        .isEqualTo("A-1");
            });
        }
    }

    @Test
    void anInsertIsNotSeen() {
        one.transact(session -> {
            inSavepoint(session, s -> s.persist(new Product(2, "A-2", "never")));
            session.clear();
        });
        assertThat(two.find(Product.class, 2L)).isNull();
        two.transact(session ->
                assertThat(session.bySimpleNaturalId(Product.class).load("A-2")).isNull());
    }

    @Test
    void anUpdateOfANewRowIsNotSeen() {
        one.transact(session -> {
            Product product = new Product(2, "A-2", "new");
            session.persist(product);
            session.flush();
            inSavepoint(session, s -> product.name = "never");
            session.clear();
            assertThat(session.find(Product.class, 2L).name).isEqualTo("new");
        });
        assertThat(two.find(Product.class, 2L).name).isEqualTo("new");
    }

    @Test
    void aDeleteThatWasRolledBackIsNotSeen() {
        one.transact(session -> {
            inSavepoint(session, s -> s.remove(s.find(Product.class, 1L)));
            session.clear();
        });
        assertThat(two.find(Product.class, 1L).name).isEqualTo("first");
    }

    @Test
    void whatTheSessionStillManagesIsStored() {
        one.transact(session -> session.find(Product.class, 1L).name = "second");
        assertThat(two.isCached(
                        () -> assertThat(two.find(Product.class, 1L).name).isEqualTo("second")))
                .isTrue();
    }
}
