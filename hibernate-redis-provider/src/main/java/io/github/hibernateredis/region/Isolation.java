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
 * The isolation level of a factory's sessions: the ORM's setting or, without it, the level that the connection of the
 * first session reports when it matters. Separate for each tenant if tenants have their own connections. A level that
 * is set for a single transaction is not detected.
 *
 * <p>Only the session's own connection is asked: another connection might have to be awaited, by all sessions that hold
 * one. While the level is unknown, the lowest one is assumed for loads and the highest one for reads. This costs hits,
 * not correctness. Thread safe.
 */
final class Isolation {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final int UNKNOWN = -1;
    private static final String EVERYBODY = "";

    private final @Nullable Integer configured;
    private final boolean perTenant;
    private final Consumer<String> warnings;
    private final Map<Object, Integer> levels = new ConcurrentHashMap<>();

    /** @param warnings receives the warning about a level at which nothing is cached */
    Isolation(SessionFactoryImplementor sessionFactory, Consumer<String> warnings) {
        this.warnings = warnings;
        this.configured = configured(sessionFactory);
        this.perTenant = sessionFactory.getSessionFactoryOptions().isMultiTenancyEnabled();
    }

    private static @Nullable Integer configured(SessionFactoryImplementor sessionFactory) {
        try {
            return ConnectionProviderInitiator.extractIsolation(sessionFactory.getProperties());
        } catch (HibernateException e) {
            LOG.warn("The setting of the isolation level cannot be read; the connections are asked for it instead", e);
            return null;
        }
    }

    /** Whether a transaction that reads a row twice gets the same result. */
    boolean isRepeatable(SharedSessionContractImplementor session) {
        int level = level(session);
        return level == UNKNOWN || level >= Connection.TRANSACTION_REPEATABLE_READ;
    }

    /** Whether reads return only committed data, which no rollback can undo. */
    boolean isCommitted(SharedSessionContractImplementor session) {
        int level = level(session);
        if (level != UNKNOWN && level < Connection.TRANSACTION_READ_COMMITTED) {
            warnings.accept(
                    "Nothing that is loaded is cached: database connections are below READ_COMMITTED, so a loaded row"
                            + " may be uncommitted. Use READ_COMMITTED or higher");
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
