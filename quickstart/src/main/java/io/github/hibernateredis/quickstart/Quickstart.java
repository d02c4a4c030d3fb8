package io.github.hibernateredis.quickstart;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.h2.tools.Server;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/**
 * Shows the effect of the cache on the {@link Shop}: one operation after another, each with its number of SQL
 * statements. If a number or a result is not as expected, the program ends with an error.
 */
public final class Quickstart {

    private static final long ASSAM = 1;
    private static final long TEA = 1;
    private static final long ADAS_ORDER = 1;

    private static final int REHEARSALS = 30;

    private static final CompositeCodec FIELDS_AS_TEXT =
            new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE);

    private final Report report;
    private final RoundTrips roundTrips;
    private final RedissonClient redisson;
    private final Shop shop;

    private Quickstart(Report report, RoundTrips roundTrips, RedissonClient redisson, Shop shop) {
        this.report = report;
        this.roundTrips = roundTrips;
        this.redisson = redisson;
        this.shop = shop;
    }

    /** Starts the servers, runs all operations, and ends the servers. No arguments. */
    public static void main(String[] arguments) throws Exception {
        Report report = new Report(System.out);
        report.title("Redis as Hibernate's second-level cache: a small shop");
        Server h2 = startDatabase();
        try (EmbeddedRedis redis = EmbeddedRedis.start()) {
            String databaseUrl = "jdbc:h2:tcp://localhost:" + h2.getPort() + "/mem:shop;DB_CLOSE_DELAY=-1";
            report.say("Redis " + redis.version() + " on port " + redis.port() + ", H2 on port " + h2.getPort()
                    + "; both end with this program.");
            RedissonClient redisson = connect(redis.url());
            try (RoundTrips roundTrips = RoundTrips.listen(redis.port(), redisson);
                    Shop shop = Shop.found(databaseUrl, redis.url())) {
                shop.unlock();
                roundTrips.learnHeartbeat();
                report.say(
                        "A warm-up first, so that the times are those of an application that has run for a while ...");
                rehearse(shop);
                shop.evictAll();
                Quickstart story = new Quickstart(report, roundTrips, redisson, shop);
                story.load();
                story.collections();
                story.query();
                story.update();
                story.secondJvm(databaseUrl, redis.url());
                story.evict();
                story.keys();
                report.table();
            } finally {
                redisson.shutdown();
            }
        } finally {
            h2.stop();
        }
    }

    private static Server startDatabase() throws SQLException {
        return Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpDaemon")
                .start();
    }

    private static RedissonClient connect(String url) {
        Config config = new Config();
        config.useSingleServer().setAddress(url).setConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    /** Runs the same operations on other products, so that classes are loaded and Redis has the scripts. */
    static void rehearse(Shop shop) {
        for (int i = 0; i < REHEARSALS; i++) {
            shop.price(4);
            shop.nameBySku("COF-SIDAMO");
            shop.reviews(4);
            shop.orderPage(2);
            shop.priceList(2);
            shop.changePrice(4, BigDecimal.valueOf(1_420 + i, 2));
            shop.evictProduct(4);
        }
    }

    private void load() throws Exception {
        report.chapter("An entity: from the database once, then from the cache");
        BigDecimal price = new BigDecimal("8.90");
        here("product: first load", 1, price, () -> shop.price(ASSAM));
        long roundTrips = here("product: again, in another session", 0, price, () -> shop.price(ASSAM));
        require(roundTrips <= 2, "The product and its natural id take two round trips at most, not " + roundTrips);
        here("product: by its natural id", 0, "Assam", () -> shop.nameBySku("TEA-ASSAM"));
    }

    private void collections() throws Exception {
        report.chapter("Collections");
        List<String> reviews = List.of("Malty and strong", "Good with milk", "Too strong for me");
        here("reviews of the product: first load", 1, reviews, () -> shop.reviews(ASSAM));
        here("reviews of the product: again", 0, reviews, () -> shop.reviews(ASSAM));
        List<String> page = List.of("2 x Assam (Tea)", "1 x Rooibos (Tea)", "2 x Blue cup (Cups)");
        here("order, lines, products, categories: first load", 6, page, () -> shop.orderPage(ADAS_ORDER));
        here("order, lines, products, categories: again", 0, page, () -> shop.orderPage(ADAS_ORDER));
    }

    private void query() throws Exception {
        report.chapter("A query");
        List<String> prices = List.of("Rooibos 6.40", "Assam 8.90", "Sencha 12.50");
        here("price list: first run", 1, prices, () -> shop.priceList(TEA));
        here("price list: again", 0, prices, () -> shop.priceList(TEA));
    }

    private void update() throws Exception {
        report.chapter("An update: the new value is cached at once, and the cached query result is not used");
        BigDecimal price = new BigDecimal("9.90");
        here("product: update", 1, price, () -> {
            shop.changePrice(ASSAM, price);
            return price;
        });
        here("product: load after the update", 0, price, () -> shop.price(ASSAM));
        List<String> prices = List.of("Rooibos 6.40", "Assam 9.90", "Sencha 12.50");
        here("price list: after the update", 1, prices, () -> shop.priceList(TEA));
    }

    private void secondJvm(String databaseUrl, String redisUrl) throws Exception {
        report.chapter("A second JVM");
        try (SecondJvm second = SecondJvm.start(databaseUrl, redisUrl)) {
            report.say("Process " + second.pid() + " opens the same shop. This process is "
                    + ProcessHandle.current().pid() + ".");
            there("second JVM: product, its first load", 0, new BigDecimal("9.90"), () -> second.price(ASSAM));
            BigDecimal price = new BigDecimal("7.50");
            there("second JVM: product, update", 1, price, () -> second.changePrice(ASSAM, price));
            here("first JVM: product, after that update", 0, price, () -> shop.price(ASSAM));
            List<String> prices = List.of("Rooibos 6.40", "Assam 7.50", "Sencha 12.50");
            here("first JVM: price list, after that update", 1, prices, () -> shop.priceList(TEA));
        }
    }

    private void evict() throws Exception {
        report.chapter("evictRegion: all products at once, for all instances");
        long roundTrips = here("evictRegion", 0, "done", () -> {
            shop.evictProducts();
            return "done";
        });
        require(roundTrips == 1, "A region of any size is evicted in one round trip, not in " + roundTrips);
        BigDecimal price = new BigDecimal("7.50");
        here("product: load after evictRegion", 1, price, () -> shop.price(ASSAM));
        here("product: again", 0, price, () -> shop.price(ASSAM));
    }

    private void keys() {
        report.chapter(
                "The keys in Redis: for each region a hash with the entries, and a hash with the metadata that keeps"
                        + " them consistent");
        SortedSet<String> keys = new TreeSet<>();
        redisson.getKeys()
                .getKeys(KeysScanOptions.defaults().pattern("hibernate:*"))
                .forEach(keys::add);
        for (String key : keys) {
            RMap<String, byte[]> hash = redisson.getMap(key, FIELDS_AS_TEXT);
            SortedSet<String> items = new TreeSet<>(hash.readAllKeySet());
            items.removeIf(field -> field.startsWith("!")); // the region's newest stamp
            long life = hash.remainTimeToLive();
            report.say(key);
            if (life > 0) {
                report.say("    " + items + ", all expired in "
                        + Duration.ofMillis(life).toMinutes() + " minutes");
            }
        }
    }

    /** Runs an operation in this JVM. */
    private long here(String name, long statements, Object result, Callable<?> operation) throws Exception {
        return perform(name, statements, result, () -> {
            long before = shop.statements();
            long start = System.nanoTime();
            Object outcome = operation.call();
            long nanos = System.nanoTime() - start;
            return new Outcome(outcome, shop.statements() - before, nanos);
        });
    }

    /** Runs an operation in the second JVM, which measures it there. */
    private long there(String name, long statements, Object result, Callable<SecondJvm.Answer> operation)
            throws Exception {
        return perform(name, statements, result, () -> {
            SecondJvm.Answer answer = operation.call();
            return new Outcome(answer.price(), answer.statements(), answer.nanos());
        });
    }

    /** Runs an operation, reports it, and checks its result; returns its round trips. */
    private long perform(String name, long statements, Object result, Callable<Outcome> operation) throws Exception {
        long before = roundTrips.count();
        Outcome outcome = operation.call();
        long trips = roundTrips.count() - before;
        report.operation(name, outcome.result, outcome.statements, trips, outcome.nanos);
        require(result.equals(outcome.result), name + ": expected " + result + ", got " + outcome.result);
        require(
                statements == outcome.statements,
                name + ": expected " + statements + " SQL statements, counted " + outcome.statements);
        return trips;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    private record Outcome(Object result, long statements, long nanos) {}
}
