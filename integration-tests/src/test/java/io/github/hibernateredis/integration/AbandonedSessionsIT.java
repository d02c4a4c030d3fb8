package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.integration.model.Counter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.hibernate.Session;
import org.hibernate.SharedSessionContract;
import org.hibernate.StatelessSession;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session that ends without commit or rollback leaves nothing behind after the lease of its locks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AbandonedSessionsIT {

    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BULK_UPDATE = "update Counter set number = 7";

    enum Ending {
        SESSION_CLOSED_AFTER_A_BULK_UPDATE {
            @Override
            void end(Application node) {
                try (Session session = node.factory().openSession()) {
                    update(session);
                }
            }
        },
        SESSION_CLOSED_AFTER_A_NATIVE_UPDATE {
            @Override
            void end(Application node) {
                try (Session session = node.factory().openSession()) {
                    session.beginTransaction();
                    session.createNativeQuery("update Counter set number = 7", Void.class)
                            .executeUpdate();
                }
            }
        },
        SESSION_CLOSED_AFTER_A_FLUSH {
            @Override
            void end(Application node) {
                try (Session session = node.factory().openSession()) {
                    session.beginTransaction();
                    session.find(Counter.class, 1L).number = 7;
                    session.flush();
                }
            }
        },
        SESSION_CLOSED_AFTER_A_FAILED_FLUSH {
            @Override
            void end(Application node) {
                try (Session session = node.factory().openSession()) {
                    update(session);
                    session.persist(new Counter(2, 0));
                    session.createNativeQuery("insert into Counter (id, number) values (2, 0)", Void.class)
                            .executeUpdate();
                    assertThatThrownBy(() -> {
                                session.clear();
                                session.persist(new Counter(2, 0));
                                session.flush();
                            })
                            .isInstanceOf(RuntimeException.class);
                } catch (RuntimeException e) {
                    // The first insert may have failed as well.
                }
            }
        },
        SESSION_WHOSE_CONNECTION_WAS_CLOSED {
            @Override
            void end(Application node) {
                Session session = node.factory().openSession();
                update(session);
                session.doWork(AbandonedSessionsIT::rollBackAndClose);
                closeQuietly(session);
            }
        },
        SESSION_ON_A_CONNECTION_OF_THE_APPLICATION {
            @Override
            void end(Application node) throws SQLException {
                try (Connection connection = connect()) {
                    try (Session session =
                            node.factory().withOptions().connection(connection).openSession()) {
                        update(session);
                    }
                    connection.rollback();
                }
            }
        },
        STATELESS_SESSION_CLOSED_AFTER_A_BULK_UPDATE {
            @Override
            void end(Application node) {
                try (StatelessSession session = node.factory().openStatelessSession()) {
                    update(session);
                }
            }
        },
        STATELESS_SESSION_CLOSED_AFTER_AN_EXCEPTION {
            @Override
            void end(Application node) {
                try (StatelessSession session = node.factory().openStatelessSession()) {
                    update(session);
                    session.insert(new Counter(1, 0));
                } catch (RuntimeException e) {
                    // Like an application that does not roll back.
                }
            }
        },
        STATELESS_SESSION_CLOSED_AFTER_AN_UPDATE {
            @Override
            void end(Application node) {
                try (StatelessSession session = node.factory().openStatelessSession()) {
                    session.beginTransaction();
                    session.update(new Counter(1, 7));
                }
            }
        },
        STATELESS_SESSION_WHOSE_CONNECTION_WAS_CLOSED {
            @Override
            void end(Application node) {
                StatelessSession session = node.factory().openStatelessSession();
                update(session);
                session.doWork(AbandonedSessionsIT::rollBackAndClose);
                closeQuietly(session);
            }
        },
        STATELESS_SESSION_ON_A_CONNECTION_OF_THE_APPLICATION {
            @Override
            void end(Application node) throws SQLException {
                try (Connection connection = connect()) {
                    try (StatelessSession session = node.factory().openStatelessSession(connection)) {
                        update(session);
                    }
                    connection.rollback();
                }
            }
        },
        STATELESS_SESSION_WITHOUT_A_TRANSACTION {
            @Override
            void end(Application node) {
                try (StatelessSession session = node.factory().openStatelessSession()) {
                    session.createMutationQuery("update Counter set number = number")
                            .executeUpdate();
                } catch (RuntimeException e) {
                    // Refused without a transaction.
                }
            }
        };

        abstract void end(Application node) throws SQLException;

        private static void update(SharedSessionContract session) {
            session.beginTransaction();
            session.createMutationQuery(BULK_UPDATE).executeUpdate();
        }

        private static void closeQuietly(SharedSessionContract session) {
            try {
                session.close();
            } catch (RuntimeException e) {
                // Its connection is closed.
            }
        }
    }

    private static final String NAME = "abandoned-sessions";

    private Application one;
    private Application two;

    private static Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:h2:mem:" + NAME + ";LOCK_TIMEOUT=10000", "sa", "");
        connection.setAutoCommit(false);
        return connection;
    }

    private static void rollBackAndClose(Connection connection) throws SQLException {
        connection.rollback();
        connection.close();
    }

    @BeforeAll
    void start() {
        Application.Builder builder = Application.on(NAME, Counter.class)
                .set("hibernate.cache.redis.lock_timeout", LEASE.toSeconds() + "s")
                .set("hibernate.cache.redis.timeout", "2s")
                .set(AvailableSettings.POOL_SIZE, "50");
        one = builder.start();
        two = builder.start();
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    @BeforeEach
    void aCounter() {
        one.transact(session -> {
            session.createMutationQuery("delete from Counter").executeUpdate();
            session.persist(new Counter(1, 5));
        });
    }

    @ParameterizedTest
    @EnumSource
    void everythingIsCachedAgain(Ending ending) throws Exception {
        ending.end(one);
        long truth = committed(); // a pool may commit a returned connection
        for (Application node : new Application[] {one, two}) {
            untilCached(
                    node, () -> assertThat(node.find(Counter.class, 1L).number).isEqualTo(truth));
            untilCached(
                    node,
                    () -> node.transact(session -> assertThat(
                                    session.createSelectionQuery("select number from Counter where id = 1", Long.class)
                                            .setCacheable(true)
                                            .getSingleResult())
                            .isEqualTo(truth)));
        }
    }

    /** It was closed, but the transaction that it shares commits its writes. */
    @Test
    void aClosedSessionThatSharesATransactionKeepsItsLocks() {
        try (Session parent = one.factory().openSession()) {
            parent.beginTransaction();
            try (Session child = parent.sessionWithOptions().connection().openSession()) {
                child.createMutationQuery(BULK_UPDATE).executeUpdate();
            }
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < LEASE.plusSeconds(3).toNanos()) {
                assertThat(two.isCached(() ->
                                assertThat(two.find(Counter.class, 1L).number).isEqualTo(5)))
                        .isFalse();
            }
            parent.getTransaction().commit();
        }
        assertThat(two.find(Counter.class, 1L).number).isEqualTo(7);
        assertThat(one.find(Counter.class, 1L).number).isEqualTo(7);
    }

    private static long committed() throws SQLException {
        try (Connection connection = connect();
                ResultSet rows = connection.createStatement().executeQuery("select number from Counter where id = 1")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static void untilCached(Application node, Runnable reading) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!node.isCached(reading)) {
            assertThat(System.nanoTime()).as("moment at which it is cached").isLessThan(deadline);
            Thread.sleep(100);
        }
    }
}
