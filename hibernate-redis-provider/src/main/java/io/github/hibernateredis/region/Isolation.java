package io.github.hibernateredis.region;

import java.sql.Connection;
import java.sql.SQLException;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jboss.logging.Logger;

/**
 * The isolation level that connections come with, asked of one of them when it first matters. Where it cannot be asked, as
 * with connections per tenant, repeatable reads are assumed: that costs hits and no correctness. Thread safe.
 */
final class Isolation {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private final SessionFactoryImplementor sessionFactory;
    private volatile int level = -1;

    Isolation(SessionFactoryImplementor sessionFactory) {
        this.sessionFactory = sessionFactory;
    }

    boolean isRepeatable() {
        int known = level;
        if (known < 0) {
            known = ask();
            level = known;
        }
        return known >= Connection.TRANSACTION_REPEATABLE_READ;
    }

    private int ask() {
        try {
            JdbcConnectionAccess access = sessionFactory.getJdbcServices().getBootstrapJdbcConnectionAccess();
            Connection connection = access.obtainConnection();
            try {
                return connection.getTransactionIsolation();
            } finally {
                access.releaseConnection(connection);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The isolation level of connections is unknown; assuming repeatable reads", e);
            return Connection.TRANSACTION_REPEATABLE_READ;
        }
    }
}
