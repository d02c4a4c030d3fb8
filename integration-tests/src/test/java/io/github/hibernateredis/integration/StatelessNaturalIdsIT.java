package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lookup by natural id never finds an entity with another natural id, even after writes of a stateless session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatelessNaturalIdsIT {

    enum Write implements Consumer<StatelessSession> {
        UPDATE {
            @Override
            public void accept(StatelessSession session) {
                session.update(changed(session));
            }
        },
        UPSERT {
            @Override
            public void accept(StatelessSession session) {
                session.upsert(changed(session));
            }
        },
        DELETE_AND_INSERT {
            @Override
            public void accept(StatelessSession session) {
                session.delete(product(session));
                session.insert(new Product(2, "A-1", "another"));
            }
        },
        BULK_UPDATE {
            @Override
            public void accept(StatelessSession session) {
                session.createMutationQuery("update Product set code = 'B-1' where id = 1")
                        .executeUpdate();
            }
        },
        NATIVE_UPDATE {
            @Override
            public void accept(StatelessSession session) {
                session.createNativeQuery("update Product set code = 'B-1' where id = 1", Void.class)
                        .executeUpdate();
            }
        },
        BULK_DELETE {
            @Override
            public void accept(StatelessSession session) {
                session.createMutationQuery("delete from Product where id = 1").executeUpdate();
                session.insert(new Product(2, "A-1", "another"));
            }
        };

        private static Product product(StatelessSession session) {
            return session.createSelectionQuery("from Product where id = 1", Product.class)
                    .getSingleResult();
        }

        private static Product changed(StatelessSession session) {
            Product product = product(session);
            product.code = "B-1";
            return product;
        }

        boolean isTold() {
            return name().startsWith("BULK") || name().startsWith("NATIVE") || !before7();
        }

        private static boolean before7() {
            return Version.getVersionString().startsWith("6.");
        }
    }

    private Application one;
    private Application two;

    @BeforeAll
    void start() {
        Application.Builder builder = Application.on("stateless-natural-ids", Product.class, Review.class);
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
        for (Application node : new Application[] {one, two}) {
            assertThat(find(node, "A-1").id).isEqualTo(1);
        }
    }

    private static Product find(Application node, String code) {
        return node.inTransaction(
                session -> session.bySimpleNaturalId(Product.class).load(code));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFoundHasTheNaturalId(Write write) {
        assumeThat(write.isTold())
                .as("before ORM 7 the single writes of a stateless session pass the cache by")
                .isTrue();
        two.factory().inStatelessTransaction(write);
        check();
    }

    /** A session that reads while the other transaction is open stores nothing that its commit outdates. */
    @ParameterizedTest
    @EnumSource
    void whatIsReadInBetweenIsNotKept(Write write) {
        assumeThat(write.isTold()).isTrue();
        try (StatelessSession session = two.factory().openStatelessSession()) {
            session.beginTransaction();
            write.accept(session);
            for (int i = 0; i < 3; i++) {
                assertThat(find(one, "A-1").id).isEqualTo(1);
            }
            session.getTransaction().commit();
        }
        check();
    }

    @ParameterizedTest
    @EnumSource
    void aRollbackLeavesWhatWasThere(Write write) {
        assumeThat(write.isTold()).isTrue();
        try (StatelessSession session = two.factory().openStatelessSession()) {
            session.beginTransaction();
            write.accept(session);
            session.getTransaction().rollback();
        }
        for (Application node : new Application[] {one, two}) {
            assertThat(find(node, "A-1").id).isEqualTo(1);
            assertThat(find(node, "B-1")).isNull();
        }
    }

    private void check() {
        for (int i = 0; i < 3; i++) {
            for (Application node : new Application[] {one, two}) {
                for (String code : new String[] {"A-1", "B-1"}) {
                    Product truth = node.inTransaction(
                            session -> session.createSelectionQuery("from Product where code = :code", Product.class)
                                    .setParameter("code", code)
                                    .getSingleResultOrNull());
                    Product found = find(node, code);
                    assertThat(found == null ? null : found.id).as(code).isEqualTo(truth == null ? null : truth.id);
                    if (found != null) {
                        assertThat(found.code).isEqualTo(code);
                    }
                }
            }
        }
    }

    @Test
    void naturalIdsAreCachedAgain() {
        two.factory().inStatelessTransaction(Write.BULK_UPDATE);
        for (int i = 0; i < 3; i++) {
            find(one, "B-1");
            find(two, "B-1");
        }
        assertThat(one.isCached(() -> find(one, "B-1"))).isTrue();
    }
}
