package io.github.hibernateredis.integration;

import io.github.hibernateredis.testing.SharedRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.hibernate.stat.CacheRegionStatistics;

/**
 * One instance of an application: a session factory that counts its SQL statements. Most tests of consistency use
 * several of them with one database and one key prefix, because a second JVM would add nothing.
 */
public final class Application implements AutoCloseable {

    private final SessionFactory factory;
    private final List<String> statements;
    private final String keyPrefix;

    private Application(SessionFactory factory, List<String> statements, String keyPrefix) {
        this.factory = factory;
        this.statements = statements;
        this.keyPrefix = keyPrefix;
    }

    /** Creates a builder for an application with these entities, with a database and a key prefix of the given name. */
    public static Builder on(String name, Class<?>... entities) {
        return new Builder(name, entities);
    }

    public SessionFactory factory() {
        return factory;
    }

    public String keyPrefix() {
        return keyPrefix;
    }

    /** The number of SQL statements that the action runs. */
    public long statements(Runnable action) {
        return sql(action).size();
    }

    /** The SQL statements that the action runs. */
    public List<String> sql(Runnable action) {
        int before = statements.size();
        action.run();
        return List.copyOf(statements.subList(before, statements.size()));
    }

    public <T> T inTransaction(Function<Session, T> action) {
        return factory.fromTransaction(action::apply);
    }

    public void transact(Consumer<Session> action) {
        factory.inTransaction(action::accept);
    }

    /** The entity as a separate session finds it. */
    public <T> T find(Class<T> type, Object id) {
        return inTransaction(session -> session.find(type, id));
    }

    /** Whether the action ran no SQL. */
    public boolean isCached(Runnable action) {
        return statements(action) == 0;
    }

    public CacheRegionStatistics region(String name) {
        return factory.getStatistics().getCacheRegionStatistics(name);
    }

    @Override
    public void close() {
        factory.close();
    }

    /** The configuration of instances. Every call of {@link #start()} starts another instance. */
    public static final class Builder {

        private final Class<?>[] entities;
        private final Map<String, Object> settings = new HashMap<>();
        private String keyPrefix;
        private ClassLoader classLoader = Application.class.getClassLoader();
        private boolean counting = true;

        private Builder(String name, Class<?>... entities) {
            this.entities = entities;
            this.keyPrefix = name;
            set(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
            set(AvailableSettings.JAKARTA_JDBC_USER, "sa");
            set(AvailableSettings.JAKARTA_JDBC_PASSWORD, "");
            set(AvailableSettings.HBM2DDL_AUTO, "update");
            set("hibernate.hbm2ddl.halt_on_error", "true");
            set(AvailableSettings.GENERATE_STATISTICS, "true");
            set(AvailableSettings.USE_QUERY_CACHE, "true");
            set(AvailableSettings.CACHE_REGION_FACTORY, "redis");
            set("hibernate.cache.redis.url", SharedRedis.url());
            set("hibernate.cache.redis.timeout", "5s");
        }

        public Builder set(String key, Object value) {
            settings.put(key, value);
            return this;
        }

        public Builder unset(String key) {
            settings.remove(key);
            return this;
        }

        public Builder keyPrefix(String prefix) {
            keyPrefix = prefix;
            return this;
        }

        /** The class loader that the ORM uses first. */
        public Builder classLoader(ClassLoader loader) {
            classLoader = loader;
            return this;
        }

        /** For long runs, in which recorded statements would fill the memory. */
        public Builder countNoStatements() {
            counting = false;
            return this;
        }

        public Application start() {
            List<String> statements = new CopyOnWriteArrayList<>();
            Configuration configuration = new Configuration(new BootstrapServiceRegistryBuilder()
                    .applyClassLoader(classLoader)
                    .build());
            List.of(entities).forEach(configuration::addAnnotatedClass);
            configuration.getProperties().putAll(settings);
            configuration.getProperties().put("hibernate.cache.redis.key_prefix", keyPrefix);
            if (counting) {
                configuration.setStatementInspector((StatementInspector) sql -> {
                    statements.add(sql);
                    return sql;
                });
            }
            return new Application(configuration.buildSessionFactory(), statements, keyPrefix);
        }
    }
}
