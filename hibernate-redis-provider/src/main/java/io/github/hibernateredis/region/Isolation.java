package io.github.hibernateredis.region;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.hibernate.HibernateException;
import org.hibernate.engine.jdbc.connections.internal.ConnectionProviderInitiator;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.resource.jdbc.spi.LogicalConnectionImplementor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * At which isolation level the sessions of a factory read: as the ORM's setting says, or else as the connection says of the
 * first session that it matters to; for each tenant, where they have connections of their own. A level that is set for a
 * single transaction is not seen.
 *
 * <p>No connection but the session's own is asked: another one might have to be waited for, by all who hold one. As long as
 * nothing is known the worst is assumed, which costs hits and no correctness. Thread safe.
 */
final class Isolation {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final int UNKNOWN = -1;
    private static final String EVERYBODY = "";

    private final @Nullable Integer configured;
    private final boolean perTenant;
    private final Consumer<String> warnings;
    private final Map<Object, Integer> levels = new ConcurrentHashMap<>();

    /** @param warnings takes a line about a level at which nothing is cached */
    Isolation(SessionFactoryImplementor sessionFactory, Consumer<String> warnings) {
        this.warnings = warnings;
        this.configured = configured(sessionFactory);
        this.perTenant = sessionFactory.getSessionFactoryOptions().isMultiTenancyEnabled();
    }

    private static @Nullable Integer configured(SessionFactoryImplementor sessionFactory) {
        try {
            return ConnectionProviderInitiator.extractIsolation(sessionFactory.getProperties());
        } catch (HibernateException e) {
            LOG.warn("The connections are asked for their isolation level, since the setting of it cannot be read", e);
            return null;
        }
    }

    /** Whether what a transaction reads twice stays the same. */
    boolean isRepeatable(SharedSessionContractImplementor session) {
        int level = level(session);
        return level == UNKNOWN || level >= Connection.TRANSACTION_REPEATABLE_READ;
    }

    /** Whether nothing is read that another transaction has not committed, and may yet roll back. */
    boolean isCommitted(SharedSessionContractImplementor session) {
        int level = level(session);
        if (level != UNKNOWN && level < Connection.TRANSACTION_READ_COMMITTED) {
            warnings.accept(
                    "Nothing that is loaded is cached: database connections are below READ_COMMITTED, so it may not"
                            + " have been committed, and never be");
        }
        return level >= Connection.TRANSACTION_READ_COMMITTED;
    }

    private int level(SharedSessionContractImplementor session) {
        if (configured != null) {
            return configured;
        }
        Object tenant = perTenant ? session.getTenantIdentifierValue() : EVERYBODY;
        Integer known = levels.get(tenant);
        if (known != null) {
            return known;
        }
        int level = ask(session);
        if (level != UNKNOWN) {
            levels.put(tenant, level);
        }
        return level;
    }

    private static int ask(SharedSessionContractImplementor session) {
        try {
            LogicalConnectionImplementor connection =
                    session.getJdbcCoordinator().getLogicalConnection();
            return connection.isPhysicallyConnected() || session.isTransactionInProgress()
                    ? connection.getPhysicalConnection().getTransactionIsolation()
                    : UNKNOWN;
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The isolation level is not known yet", e);
            return UNKNOWN;
        }
    }
}
