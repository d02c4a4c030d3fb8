package io.github.hibernateredis.quickstart;

import io.github.hibernateredis.quickstart.domain.Category;
import io.github.hibernateredis.quickstart.domain.Order;
import io.github.hibernateredis.quickstart.domain.OrderLine;
import io.github.hibernateredis.quickstart.domain.Product;
import io.github.hibernateredis.quickstart.domain.Review;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.KeyType;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.hibernate.resource.jdbc.spi.StatementInspector;

/**
 * The application: one session factory, with a separate session and transaction for each operation. Only its settings
 * mention Redis. Thread safe.
 */
final class Shop implements AutoCloseable {

    private final SessionFactory factory;
    private final AtomicLong statements;

    private Shop(SessionFactory factory, AtomicLong statements) {
        this.factory = factory;
        this.statements = statements;
    }

    /** Opens the shop on a new database, and creates and fills its tables. */
    static Shop found(String databaseUrl, String redisUrl) {
        return open(databaseUrl, redisUrl, "create");
    }

    /** Opens another instance of an existing shop. */
    static Shop join(String databaseUrl, String redisUrl) {
        return open(databaseUrl, redisUrl, "none");
    }

    private static Shop open(String databaseUrl, String redisUrl, String schemaAction) {
        AtomicLong statements = new AtomicLong();
        StatementInspector counter = sql -> {
            statements.incrementAndGet();
            return sql;
        };
        SessionFactory factory = new HibernatePersistenceConfiguration("shop")
                .managedClasses(Category.class, Product.class, Review.class, Order.class, OrderLine.class)
                .jdbcUrl(databaseUrl)
                .jdbcCredentials("sa", "")

                // The cache needs no other setting.
                .property("hibernate.cache.region.factory_class", "redis")
                .property("hibernate.cache.redis.url", redisUrl)
                .property("hibernate.cache.use_query_cache", true)

                // Only for this demonstration: on a busy machine a slow answer must neither end the program nor count
                // as a miss.
                .property("hibernate.cache.redis.timeout", "10s")
                .property("hibernate.session_factory.statement_inspector", counter)
                .property("jakarta.persistence.schema-generation.database.action", schemaAction)
                .property("jakarta.persistence.sql-load-script-source", "catalogue.sql")
                .createEntityManagerFactory();
        return new Shop(factory, statements);
    }

    /** The number of SQL statements that this instance has sent so far. */
    long statements() {
        return statements.get();
    }

    /** The price of a product. */
    BigDecimal price(long productId) {
        return factory.fromTransaction(
                session -> session.find(Product.class, productId).getPrice());
    }

    /** The name of the product with that article number. */
    String nameBySku(String sku) {
        return factory.fromTransaction(
                session -> session.find(Product.class, sku, KeyType.NATURAL).getName());
    }

    /** The reviews of a product. */
    List<String> reviews(long productId) {
        return factory.fromTransaction(session -> session.find(Product.class, productId).getReviews().stream()
                .map(Review::getText)
                .toList());
    }

    /** The text of an order's page: one line for each order line. */
    List<String> orderPage(long orderId) {
        return factory.fromTransaction(session -> session.find(Order.class, orderId).getLines().stream()
                .map(Shop::describe)
                .toList());
    }

    private static String describe(OrderLine line) {
        Product product = line.getProduct();
        return line.getQuantity() + " x " + product.getName() + " ("
                + product.getCategory().getName() + ")";
    }

    /** The names and prices in a category, the cheapest first, by a query with cached results. */
    List<String> priceList(long categoryId) {
        return factory.fromTransaction(session -> session
                .createSelectionQuery("from Product where category.id = :category order by price", Product.class)
                .setParameter("category", categoryId)
                .setCacheable(true)
                .getResultList() // getResultStream() would bypass the cache
                .stream()
                .map(product -> product.getName() + " " + product.getPrice())
                .toList());
    }

    /** Changes the price of a product. */
    void changePrice(long productId, BigDecimal price) {
        factory.inTransaction(session -> session.find(Product.class, productId).setPrice(price));
    }

    /** Evicts one product, for every instance. */
    void evictProduct(long productId) {
        factory.getCache().evictEntityData(Product.class, productId);
    }

    /** Evicts all products, for every instance. */
    void evictProducts() {
        factory.getCache().evictRegion(Product.class.getName());
    }

    /** Opens the first session, with which the provider connects. */
    void unlock() {
        factory.openSession().close();
    }

    /** Evicts everything. */
    void evictAll() {
        factory.getCache().evictAllRegions();
    }

    @Override
    public void close() {
        factory.close();
    }
}
