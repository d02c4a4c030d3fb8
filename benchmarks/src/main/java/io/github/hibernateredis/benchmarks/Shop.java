package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.benchmarks.domain.Customer;
import io.github.hibernateredis.benchmarks.domain.Order;
import io.github.hibernateredis.benchmarks.domain.OrderLine;
import io.github.hibernateredis.benchmarks.domain.Product;
import io.github.hibernateredis.testing.RedisCommands;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.hibernate.CacheMode;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.hibernate.resource.jdbc.spi.StatementInspector;

/** A session factory on a new database, with an empty cache of one of the candidates. Thread safe. */
final class Shop implements AutoCloseable {

    private static final int BATCH = 1_000;

    private final SessionFactory factory;
    private final AtomicLong statements;

    private Shop(SessionFactory factory, AtomicLong statements) {
        this.factory = factory;
        this.statements = statements;
    }

    /** Opens it, and removes everything from Redis. */
    static Shop open(Provider provider, int latency) {
        if (provider.onRedis()) {
            try (RedisCommands redis = RedisCommands.connect(Servers.redisUrl(0))) {
                redis.flushAll();
            }
        }
        AtomicLong statements = new AtomicLong();
        StatementInspector counter = sql -> {
            statements.incrementAndGet();
            return sql;
        };
        boolean postgres = provider == Provider.NONE_POSTGRESQL;
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("shop")
                .managedClasses(Product.class, Customer.class, Order.class, OrderLine.class)
                .jdbcUrl(
                        postgres
                                ? Servers.postgresUrl(latency)
                                : "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1")
                .jdbcCredentials(postgres ? "postgres" : "sa", "")
                // Like the pools of applications: without a transaction, a read takes one statement.
                .property("hibernate.connection.autocommit", true)
                .property("hibernate.connection.pool_size", 16)
                .property("hibernate.jdbc.batch_size", 50)
                .property("hibernate.session_factory.statement_inspector", counter)
                .property("jakarta.persistence.schema-generation.database.action", "drop-and-create");
        provider.settings(latency).forEach(configuration::property);
        return new Shop(configuration.createEntityManagerFactory(), statements);
    }

    SessionFactory factory() {
        return factory;
    }

    /** The number of SQL statements that it has sent so far. */
    long statements() {
        return statements.get();
    }

    /**
     * Stores entities 1 to {@code count} in the database and clears the cache, as if the data had existed before.
     * Otherwise the soft locks of the inserts would stay in the ORM's standard read-write access, and a collection of a
     * versioned owner could not be cached before they time out.
     */
    void fill(int count, LongFunction<Object> entity) {
        for (int first = 1; first <= count; first += BATCH) {
            int from = first;
            int to = Math.min(count, first + BATCH - 1);
            factory.inTransaction(session -> {
                session.setCacheMode(CacheMode.IGNORE);
                for (long id = from; id <= to; id++) {
                    session.persist(entity.apply(id));
                }
            });
        }
        factory.getCache().evictAllRegions();
    }

    /**
     * Loads entities 1 to {@code count} with queries that are not cacheable, which puts each of them into the cache.
     */
    void load(int count, Class<?> type) {
        List<Integer> firsts = IntStream.iterate(1, first -> first <= count, first -> first + BATCH)
                .boxed()
                .toList();
        firsts.parallelStream()
                .forEach(first -> factory.inSession(session -> session.createSelectionQuery(
                                "from " + type.getName() + " where id between :first and :last", type)
                        .setParameter("first", (long) first)
                        .setParameter("last", (long) Math.min(count, first + BATCH - 1))
                        .getResultList()));
    }

    @Override
    public void close() {
        factory.close();
    }
}
