package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.VolatileStore;
import com.arjuna.ats.jdbc.TransactionalDriver;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.events.Reload;
import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.hibernate.Session;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Transactions of a transaction manager, which may end without the session, and on another thread. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JtaIT {

    private static final String NAME = "jta";
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TransactionManager transactions;
    private Cable cable;
    private Application one;
    private Application two;

    @BeforeAll
    void start() throws Exception {
        for (String store : new String[] {null, "communicationStore", "stateStore"}) { // no files
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreType(VolatileStore.class.getName());
        }
        transactions = com.arjuna.ats.jta.TransactionManager.transactionManager();
        cable = Cable.to(URI.create(SharedRedis.url()).getPort());
        one = builder()
                .set("hibernate.cache.redis.url", cable.url())
                .set("hibernate.cache.redis.outage_policy", "consistent")
                .start();
        two = builder().start();
    }

    private static Application.Builder builder() {
        return Application.on(NAME, Counter.class)
                .unset(AvailableSettings.JAKARTA_JDBC_URL)
                .set(AvailableSettings.JAKARTA_JTA_DATASOURCE, enlistedConnections())
                .set(AvailableSettings.TRANSACTION_COORDINATOR_STRATEGY, "jta")
                .set(
                        AvailableSettings.JTA_PLATFORM,
                        "org.hibernate.engine.transaction.jta.platform.internal.JBossStandAloneJtaPlatform")
                .set("hibernate.cache.redis.lock_timeout", LEASE.toSeconds() + "s")
                .set("hibernate.cache.redis.timeout", "2s");
    }

    @AfterAll
    void stop() throws Exception {
        two.close();
        one.close();
        cable.close();
    }

    @BeforeEach
    void twoCachedCounters() throws Exception {
        one.transact(session -> {
            session.createMutationQuery("delete from Counter").executeUpdate();
            session.persist(new Counter(1, 5));
            session.persist(new Counter(2, 5));
        });
        assertBothCache(5);
    }

    private void assertBothCache(long number) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Application node : new Application[] {one, two}) {
            while (!node.isCached(
                    () -> assertThat(node.find(Counter.class, 1L).number).isEqualTo(number))) {
                assertThat(System.nanoTime()).as("moment at which it is cached").isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }

    private static void update(Session session, long number) {
        session.find(Counter.class, 1L).number = number;
        session.flush();
    }

    private static void bulkUpdate(Session session) {
        session.createMutationQuery("update Counter set number = 7").executeUpdate();
    }

    @Test
    void aCommitIsSeenByBoth() throws Exception {
        transactions.begin();
        try (Session session = one.factory().openSession()) {
            update(session, 7);
            assertElsewhere(5);
            transactions.commit();
        }
        assertBothCache(7);
    }

    /** Reads it from a thread outside of the transaction. */
    private void assertElsewhere(long number) throws Exception {
        Transaction transaction = transactions.suspend();
        for (int i = 0; i < 3; i++) {
            assertThat(two.find(Counter.class, 1L).number).isEqualTo(number);
        }
        if (transaction != null) {
            transactions.resume(transaction);
        }
    }

    /** The reader is in the midst of one. */
    @Test
    void anEntryIsReloadedInATransactionOfItsOwn() throws Exception {
        String region = "hibernate.cache.redis.region." + Counter.class.getName();
        try (Application node = builder()
                .keyPrefix("jta-reload")
                .set(AvailableSettings.JPA_TRANSACTION_COMPLIANCE, "true")
                .set(region + ".ttl", "2s")
                .set(region + ".early_refresh", "100")
                .start()) {
            transactions.begin();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (reloads(node) == 0) {
                try (Session session = node.factory().openSession()) {
                    assertThat(session.find(Counter.class, 1L).number).isEqualTo(5);
                }
                assertThat(System.nanoTime())
                        .as("moment at which it is reloaded")
                        .isLessThan(deadline);
            }
            transactions.commit();
        }
    }

    private static long reloads(Application node) {
        return CacheStatus.of(node.factory()).counters().total().reloads().get(Reload.DONE);
    }

    @Test
    void aRollbackLeavesNoTrace() throws Exception {
        transactions.begin();
        try (Session session = one.factory().openSession()) {
            update(session, 7);
            bulkUpdate(session);
            transactions.rollback();
        }
        assertBothCache(5);
    }

    /** The transaction manager rolls back on its own thread, while the session is still open. */
    @Test
    void aTimeoutLeavesNoTrace() throws Exception {
        transactions.setTransactionTimeout(1);
        try {
            transactions.begin();
        } finally {
            transactions.setTransactionTimeout(0);
        }
        Session session = one.factory().openSession();
        update(session, 7);
        bulkUpdate(session);
        while (transactions.getStatus() == Status.STATUS_ACTIVE) {
            Thread.sleep(50);
        }
        transactions.rollback();
        assertThatThrownBy(session::close).hasMessageContaining("rolled back in a different thread");
        assertBothCache(5);
    }

    @Test
    void aTransactionInBetweenIsNotAffectedByTheSuspendedOne() throws Exception {
        transactions.begin();
        try (Session session = one.factory().openSession()) {
            update(session, 7);
            Transaction suspended = transactions.suspend();
            one.transact(other -> {
                assertThat(other.find(Counter.class, 1L).number).isEqualTo(5);
                other.find(Counter.class, 2L).number = 8;
            });
            assertElsewhere(5);
            transactions.resume(suspended);
            transactions.commit();
        }
        assertThat(two.find(Counter.class, 2L).number).isEqualTo(8);
        assertBothCache(7);
    }

    @Test
    void aWriteThatCannotBeLockedIsRolledBack() throws Exception {
        transactions.begin();
        try (Session session = one.factory().openSession()) {
            Counter counter = session.find(Counter.class, 1L);
            cable.cut();
            counter.number = 7;
            assertThatThrownBy(transactions::commit).isInstanceOf(RollbackException.class);
        } finally {
            cable.restore();
        }
        assertBothCache(5);
    }

    @Test
    void whatAClosedSessionHasWrittenIsSeenByBothAfterTheCommit() throws Exception {
        transactions.begin();
        try (Session session = one.factory().openSession()) {
            update(session, 7);
        }
        assertElsewhere(5);
        transactions.commit();
        assertBothCache(7);
    }

    @Test
    void theRegionLockOfAClosedSessionIsKeptUntilTheTransactionIsOver() throws Exception {
        transactions.begin();
        try (Session session = one.factory().openSession()) {
            bulkUpdate(session);
        }
        Transaction suspended = transactions.suspend();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LEASE.plusSeconds(3).toNanos()) {
            assertThat(two.isCached(
                            () -> assertThat(two.find(Counter.class, 1L).number).isEqualTo(5)))
                    .isFalse();
        }
        transactions.resume(suspended);
        transactions.commit();
        assertBothCache(7);
    }

    /** A data source whose connections join the transaction of the thread. */
    private static DataSource enlistedConnections() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + NAME + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
        database.setUser("sa");
        Properties properties = new Properties();
        properties.put(TransactionalDriver.XADataSource, database);
        properties.put(TransactionalDriver.userName, database.getUser());
        properties.put(TransactionalDriver.password, "");
        return (DataSource) Proxy.newProxyInstance(
                JtaIT.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "getConnection" ->
                            new TransactionalDriver().connect(TransactionalDriver.arjunaDriver, properties);
                        case "toString" -> NAME; // the ORM logs it (6.6)
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }
}
