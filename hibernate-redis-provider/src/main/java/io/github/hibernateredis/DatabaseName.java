package io.github.hibernateredis;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.hibernate.HibernateException;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.jdbc.connections.spi.JdbcConnectionAccess;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.hibernate.engine.jdbc.env.spi.ExtractedDatabaseMetaData;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Names the database of a session factory: its JDBC URL without login and parameters, its catalog and its schema. */
final class DatabaseName {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private static final Pattern PARAMETERS = Pattern.compile("[?;].*", Pattern.DOTALL);

    /**
     * The login in URLs such as {@code jdbc:oracle:thin:user/password@host} and
     * {@code jdbc:postgresql://user:password@host}.
     */
    private static final Pattern LOGIN = Pattern.compile("^((?:[A-Za-z][\\w-]*:)+(?://)?).*@");

    private static final Pattern NAMED_SECRET = Pattern.compile("(?i)\\b(user\\w*|pass\\w*|pwd)\\s*=\\s*[^,)&\\s]*");

    private static final List<String> URL_SETTINGS =
            List.of(AvailableSettings.JAKARTA_JDBC_URL, "javax.persistence.jdbc.url", "hibernate.connection.url");

    private DatabaseName() {}

    /** The database; null if it is unknown, or if each tenant has its own. */
    static @Nullable String of(SessionFactoryImplementor sessionFactory) {
        if (sessionFactory.getServiceRegistry().getService(MultiTenantConnectionProvider.class) != null) {
            return null;
        }
        JdbcServices jdbc = sessionFactory.getServiceRegistry().requireService(JdbcServices.class);
        ExtractedDatabaseMetaData metaData = jdbc.getExtractedMetaDataSupport();
        Map<String, Object> settings = sessionFactory.getProperties();
        String url = url(settings, jdbc, metaData);
        if (url == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        parts.add(withoutSecrets(url));
        add(parts, "catalog", settings.get(AvailableSettings.DEFAULT_CATALOG), metaData.getConnectionCatalogName());
        add(parts, "schema", settings.get(AvailableSettings.DEFAULT_SCHEMA), metaData.getConnectionSchemaName());
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, String kind, @Nullable Object setting, @Nullable String ofConnection) {
        Object name = setting == null ? ofConnection : setting;
        if (name != null && !name.toString().isBlank()) {
            parts.add(kind + " " + name);
        }
    }

    private static @Nullable String url(
            Map<String, Object> settings, JdbcServices jdbc, ExtractedDatabaseMetaData metaData) {
        for (String setting : URL_SETTINGS) {
            if (settings.get(setting) instanceof String url && !url.isBlank()) {
                return url;
            }
        }
        try {
            return metaData.getUrl();
        } catch (NoSuchMethodError e) {
            return urlOfConnection(jdbc); // Hibernate 6.6
        }
    }

    private static @Nullable String urlOfConnection(JdbcServices jdbc) {
        try {
            JdbcConnectionAccess access = jdbc.getBootstrapJdbcConnectionAccess();
            Connection connection = access.obtainConnection();
            try {
                return connection.getMetaData().getURL();
            } finally {
                access.releaseConnection(connection);
            }
        } catch (SQLException | HibernateException e) {
            LOG.debug("The JDBC URL of the database is unknown", e);
            return null;
        }
    }

    static String withoutSecrets(String url) {
        String withoutParameters = PARAMETERS.matcher(url).replaceFirst("");
        String withoutLogin = LOGIN.matcher(withoutParameters).replaceFirst("$1");
        return NAMED_SECRET.matcher(withoutLogin).replaceAll("$1=***");
    }
}
