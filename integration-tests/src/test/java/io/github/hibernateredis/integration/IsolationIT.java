package io.github.hibernateredis.integration;

import static java.sql.Connection.TRANSACTION_READ_COMMITTED;
import static java.sql.Connection.TRANSACTION_REPEATABLE_READ;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which isolation level the provider assumes for the connections, and its effect. */
class IsolationIT {

    @Entity(name = "Page")
    @Cacheable
    static class Page {
        @Id
        Long id;

        String text;
    }

    private static final long FIRST = 1;
    private static final long SECOND = 2;

    private static void write(Session session, long id, String text) {
        Page page = session.find(Page.class, id);
        if (page == null) {
            page = new Page();
            page.id = id;
            session.persist(page);
        }
        page.text = text;
    }

    /** Whether a transaction sees entries that were cached after it began: not if its reads may be repeatable. */
    private static boolean showsWhatIsNewer(Nodes nodes, Session session) {
        session.beginTransaction();
        session.find(Page.class, FIRST);
        nodes.two.transact(other -> write(other, SECOND, "newer"));
        boolean shown = nodes.one.isCached(() -> session.find(Page.class, SECOND));
        session.getTransaction().commit();
        return shown;
    }

    private static boolean showsWhatIsNewer(Nodes nodes) {
        nodes.two.transact(session -> {
            write(session, FIRST, "old");
            write(session, SECOND, "old");
        });
        try (Session session = nodes.one.factory().openSession()) {
            return showsWhatIsNewer(nodes, session);
        }
    }

    @Nested
    class AskedOfAConnection {

        private final Pool pool = new Pool("isolation-asked");
        private final Application.Builder builder = Application.on("isolation-asked", Page.class)
                .set(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, pool)
                .unset(AvailableSettings.JAKARTA_JDBC_URL);

        @ParameterizedTest
        @ValueSource(ints = {TRANSACTION_READ_COMMITTED, TRANSACTION_REPEATABLE_READ})
        void itIsThatOfTheConnections(int level) {
            pool.level = level;
            try (Nodes nodes = Nodes.start(builder)) {
                assertThat(showsWhatIsNewer(nodes)).isEqualTo(level == TRANSACTION_READ_COMMITTED);
            }
        }

        /** A thread that holds the last connection of a pool must not wait for a second one. */
        @Test
        void noSessionTakesASecondConnection() {
            try (Application node = builder.start()) {
                pool.mostAtOnce.set(0);
                node.transact(session -> write(session, FIRST, "any"));
                assertThat(pool.mostAtOnce).hasValue(1);
            }
        }

        @Test
        void aFailureIsNotRemembered() {
            try (Nodes nodes = Nodes.start(builder)) {
                pool.failing = true;
                assertThat(showsWhatIsNewer(nodes)).isFalse();
                pool.failing = false;
                assertThat(showsWhatIsNewer(nodes)).isTrue();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"REPEATABLE_READ", "TRANSACTION_REPEATABLE_READ", "4", "SERIALIZABLE"})
        void theSettingPrevails(String level) {
            try (Nodes nodes = Nodes.start(builder.set(AvailableSettings.ISOLATION, level))) {
                assertThat(showsWhatIsNewer(nodes)).isFalse();
            }
        }

        @Test
        void theSettingMayBeANumber() {
            try (Nodes nodes = Nodes.start(builder.set(AvailableSettings.ISOLATION, TRANSACTION_REPEATABLE_READ))) {
                assertThat(showsWhatIsNewer(nodes)).isFalse();
            }
        }

        /** With a data source the ORM ignores the setting. */
        @Test
        void aSettingThatCannotBeReadIsNone() {
            try (Nodes nodes = Nodes.start(builder.set(AvailableSettings.ISOLATION, "HIGH"))) {
                assertThat(showsWhatIsNewer(nodes)).isTrue();
            }
        }
    }

    @Nested
    class OfTenants {

        @Test
        void itIsThatOfEachTenantsConnections() throws SQLException {
            Application.Builder builder = Application.on("isolation-tenants", Page.class)
                    .unset(AvailableSettings.HBM2DDL_AUTO)
                    .unset(AvailableSettings.JAKARTA_JDBC_URL)
                    .set(AvailableSettings.MULTI_TENANT_CONNECTION_PROVIDER, new LevelPerTenant());
            try (Nodes nodes = Nodes.start(builder)) {
                for (int level : new int[] {TRANSACTION_REPEATABLE_READ, TRANSACTION_READ_COMMITTED}) {
                    String tenant = String.valueOf(level);
                    try (Connection connection = new LevelPerTenant().getConnection(tenant);
                            var statement = connection.createStatement()) {
                        statement.execute("create table Page (id bigint primary key, text varchar(99))");
                    }
                    try (Session writer = open(nodes.two, tenant)) {
                        writer.beginTransaction();
                        write(writer, FIRST, "old");
                        write(writer, SECOND, "old");
                        writer.getTransaction().commit();
                    }
                    try (Session session = open(nodes.one, tenant)) {
                        session.beginTransaction();
                        session.find(Page.class, FIRST);
                        try (Session writer = open(nodes.two, tenant)) {
                            writer.beginTransaction();
                            write(writer, SECOND, "newer");
                            writer.getTransaction().commit();
                        }
                        assertThat(nodes.one.isCached(() -> session.find(Page.class, SECOND)))
                                .isEqualTo(level == TRANSACTION_READ_COMMITTED);
                        session.getTransaction().commit();
                    }
                }
            }
        }

        private static Session open(Application node, String tenant) {
            return node.factory()
                    .withOptions()
                    .tenantIdentifier((Object) tenant)
                    .openSession();
        }
    }

    /** A database for each tenant, named after the isolation level of its connections. */
    public static final class LevelPerTenant implements MultiTenantConnectionProvider<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public Connection getAnyConnection() throws SQLException {
            return getConnection(String.valueOf(TRANSACTION_READ_COMMITTED));
        }

        @Override
        public Connection getConnection(String tenant) throws SQLException {
            Connection connection =
                    DriverManager.getConnection("jdbc:h2:mem:isolation-" + tenant + ";DB_CLOSE_DELAY=-1", "sa", "");
            connection.setTransactionIsolation(Integer.parseInt(tenant));
            return connection;
        }

        @Override
        public void releaseAnyConnection(Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public void releaseConnection(String tenant, Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public boolean supportsAggressiveRelease() {
            return false;
        }

        @Override
        public boolean isUnwrappableAs(Class<?> type) {
            return false;
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    /** Connections at a given level; counts how many are in use at once. */
    private static final class Pool implements DataSource {

        final AtomicInteger mostAtOnce = new AtomicInteger();
        private final AtomicInteger out = new AtomicInteger();
        private final String name;
        int level = TRANSACTION_READ_COMMITTED;
        volatile boolean failing;

        Pool(String name) {
            this.name = name;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = DriverManager.getConnection(
                    "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "sa", "");
            connection.setTransactionIsolation(level);
            mostAtOnce.accumulateAndGet(out.incrementAndGet(), Math::max);
            InvocationHandler handler = (proxy, method, arguments) -> {
                if (method.getName().equals("getTransactionIsolation") && failing) {
                    throw new SQLException("not now");
                }
                if (method.getName().equals("close") && !connection.isClosed()) {
                    out.decrementAndGet();
                }
                try {
                    return method.invoke(connection, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            };
            return (Connection)
                    Proxy.newProxyInstance(Pool.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() {
            return new PrintWriter(System.err);
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
