package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.benchmarks.domain.Customer;
import io.github.hibernateredis.benchmarks.domain.Order;
import io.github.hibernateredis.benchmarks.domain.OrderLine;
import io.github.hibernateredis.benchmarks.domain.Product;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.hibernate.KeyType;
import org.hibernate.SessionFactory;
import org.hibernate.Transaction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.BenchmarkParams;

/** The operations of an application, each in a separate session. Everything that can be cached is cached. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class OrmBenchmark {

    private static final int PRODUCTS = 100;
    private static final int CUSTOMERS = 100;
    private static final int ORDERS = 5;
    private static final int TWENTY = 20;
    private static final int FIFTY = 50;

    /** One of {@link Provider#labels()}. */
    @Param({"ours", "redisson", "redisson-native", "jcache-caffeine", "none-h2", "none-postgresql"})
    public String provider;

    /** The milliseconds that the network adds to a round trip. */
    @Param({"0", "1"})
    public int latency;

    private Shop shop;
    private SessionFactory factory;
    private long statementsBefore;

    /** Called by JMH. */
    public OrmBenchmark() {}

    /** Fills the database and the cache, and checks that the cache contains what is read. */
    @Setup
    public void open() {
        shop = Shop.open(Provider.of(provider), latency);
        factory = shop.factory();
        shop.fill(PRODUCTS, id -> new Product(id, TWENTY));
        shop.fill(CUSTOMERS, Customer::new);
        shop.fill(ORDERS, id -> new Order(id, TWENTY));
        readAll();
        readAll();
        statementsBefore = shop.statements();
    }

    private void readAll() {
        for (long id = 1; id <= PRODUCTS; id++) {
            find(id);
        }
        for (long id = 1; id <= CUSTOMERS; id++) {
            findByNaturalId(id);
        }
        for (long id = 1; id <= ORDERS; id++) {
            readOrder(id);
        }
        for (int category = 0; category < PRODUCTS / TWENTY; category++) {
            query(category);
        }
    }

    /** Adds a warning if an expected hit was none: then the figure is useless. */
    @TearDown
    public void close(BenchmarkParams params) {
        long statements = shop.statements() - statementsBefore;
        shop.close();
        boolean updates = params.getBenchmark().contains("update");
        if (Provider.of(provider).caches() && !updates && statements > 0) {
            Warnings.add(params.id() + ": " + statements + " SQL statements where all should have been hits");
        }
    }

    /** A session without any operation. */
    @Benchmark
    public boolean sessionOpenClose() {
        try (var session = factory.openSession()) {
            return session.isOpen();
        }
    }

    /** A session with an empty transaction. */
    @Benchmark
    public boolean emptyTransaction() {
        try (var session = factory.openSession()) {
            Transaction transaction = session.beginTransaction();
            transaction.commit();
            return session.isOpen();
        }
    }

    /** An entity without a natural id. */
    @Benchmark
    public Object findHit() {
        return find(random(PRODUCTS));
    }

    /** The same by eight threads at once: the operations per time of all of them. */
    @Benchmark
    @Threads(8)
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public Object findHitEightThreads() {
        return find(random(PRODUCTS));
    }

    /** An entity with a natural id, which the ORM also handles when it finds by id. */
    @Benchmark
    public Object findHitWithNaturalId() {
        try (var session = factory.openSession()) {
            return session.find(Customer.class, random(CUSTOMERS));
        }
    }

    /** The id for a natural id, and then the entity. */
    @Benchmark
    public Object naturalIdLookup() {
        return findByNaturalId(random(CUSTOMERS));
    }

    /** An entity, its collection, and the twenty entities in it. */
    @Benchmark
    public int orderWithTwentyLines() {
        return readOrder(random(ORDERS));
    }

    /** A query with a cached result, and the twenty entities in it. */
    @Benchmark
    public List<Product> cacheableQueryOfTwenty() {
        return query((int) random(PRODUCTS / TWENTY) - 1);
    }

    /** Finds one entity and changes it, in a transaction. */
    @Benchmark
    public Object updateOne() {
        return factory.fromTransaction(session -> {
            Product product = session.find(Product.class, random(PRODUCTS));
            product.setPrice(randomPrice());
            return product;
        });
    }

    /** Reads fifty entities with a query that is not cacheable, and changes all of them in that transaction. */
    @Benchmark
    public int updateFifty() {
        long first = 1 + FIFTY * (random(PRODUCTS / FIFTY) - 1);
        return factory.fromTransaction(session -> {
            List<Product> products = session.createSelectionQuery(
                            "from Product where id between :first and :last", Product.class)
                    .setParameter("first", first)
                    .setParameter("last", first + FIFTY - 1)
                    .getResultList();
            products.forEach(product -> product.setPrice(randomPrice()));
            return products.size();
        });
    }

    private Object find(long id) {
        try (var session = factory.openSession()) {
            return session.find(Product.class, id);
        }
    }

    private Object findByNaturalId(long id) {
        try (var session = factory.openSession()) {
            return session.find(Customer.class, Customer.email(id), KeyType.NATURAL);
        }
    }

    private int readOrder(long id) {
        try (var session = factory.openSession()) {
            return session.find(Order.class, id).getLines().stream()
                    .mapToInt(OrderLine::getQuantity)
                    .sum();
        }
    }

    private List<Product> query(int category) {
        try (var session = factory.openSession()) {
            return session.createSelectionQuery("from Product where category = :category", Product.class)
                    .setParameter("category", category)
                    .setCacheable(true)
                    .getResultList();
        }
    }

    private static long random(int count) {
        return 1 + ThreadLocalRandom.current().nextInt(count);
    }

    /** Never the earlier value, except once in a million times. */
    private static BigDecimal randomPrice() {
        return BigDecimal.valueOf(ThreadLocalRandom.current().nextInt(1_000_000), 2);
    }
}
