package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.hibernate.cache.CacheException;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** The log lines and checks when a session factory starts, and which regions are cleared. */
class StartIT {

    @Entity(name = "Plain")
    static class Plain {
        @Id
        Long id;
    }

    @Entity(name = "Poem")
    @Cacheable
    static class Poem {
        @Id
        Long id;

        String text;

        Poem() {}

        Poem(long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    private static String h2(String name) {
        return "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000";
    }

    private static void eventually(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
            Thread.onSpinWait();
        }
    }

    /** An application with only the jar, then one with entities: prints the log to its output. */
    static final class Starts {

        private Starts() {}

        public static void main(String[] arguments) throws IOException {
            Application.on("start-plain", Plain.class)
                    .unset(AvailableSettings.CACHE_REGION_FACTORY)
                    .unset(AvailableSettings.USE_QUERY_CACHE)
                    .start()
                    .close();
            Application.on("start-chosen", Product.class, Review.class)
                    .set(RedisSettings.URL, "redis://user:secret@127.0.0.1:1")
                    .keyPrefix("start-chosen-prefix")
                    .start()
                    .close();
            System.out.println("done");
            System.in.read();
        }
    }

    @Test
    void aLineSaysWhatIsOnAndWhy() {
        try (ForkedJvm jvm = ForkedJvm.start(
                List.of(
                        "-Dorg.jboss.logging.provider=slf4j",
                        "-Dorg.slf4j.simpleLogger.logFile=System.out",
                        "-Dorg.slf4j.simpleLogger.showDateTime=false",
                        "-Dorg.slf4j.simpleLogger.showThreadName=false",
                        "-Dorg.slf4j.simpleLogger.log.io.github.hibernateredis=info"),
                Starts.class)) {
            String line = "INFO hibernateredis - Redis is the second-level cache, chosen ";
            assertThat(jvm.await(line))
                    .startsWith("as the only region factory on the class path")
                    .contains("hibernate.cache.use_second_level_cache=false switches it off")
                    .contains("nothing is cached")
                    .contains("no connection is made");
            assertThat(jvm.await(line))
                    .startsWith("by hibernate.cache.region.factory_class: ")
                    .contains(" regions at redis://127.0.0.1:1")
                    .contains("key prefix start-chosen-prefix")
                    .doesNotContain("secret");
        }
    }

    @Test
    void nothingConnectsWhereNothingIsCached() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread counter = new Thread(() -> {
                try {
                    while (true) {
                        server.accept();
                        connections.incrementAndGet();
                    }
                } catch (IOException e) {
                    return; // the test is over
                }
            });
            counter.start();
            String url = "redis://127.0.0.1:" + server.getLocalPort();
            try (Application node = Application.on("start-nothing", Plain.class)
                    .unset(AvailableSettings.CACHE_REGION_FACTORY)
                    .unset(AvailableSettings.USE_QUERY_CACHE)
                    .set(RedisSettings.URL, url)
                    .set(RedisSettings.TIMEOUT, "250ms")
                    .set(RedisSettings.CLEAR_ON_START, "always")
                    .set(RedisSettings.ON_FOREIGN_PREFIX, "fail")
                    .start()) {
                node.transact(session -> {
                    Plain plain = new Plain();
                    plain.id = 1L;
                    session.persist(plain);
                });
                assertThat(node.find(Plain.class, 1L)).isNotNull();
                node.factory().getCache().evictAllRegions();
                assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().equals("hibernate-redis-connect"));
            }
            assertThat(connections).hasValue(0);
            Application.on("start-something", Poem.class)
                    .set(RedisSettings.URL, url)
                    .set(RedisSettings.TIMEOUT, "250ms")
                    .start()
                    .close();
            assertThat(connections).as("before the first session").hasValue(0);
            try (Application node = Application.on("start-something", Poem.class)
                    .set(RedisSettings.URL, url)
                    .set(RedisSettings.TIMEOUT, "250ms")
                    .start()) {
                node.find(Poem.class, 1L);
                eventually(() -> connections.get() > 0);
            }
        }
    }

    private static Application.Builder poems(String database, String prefix) {
        return Application.on(database, Poem.class)
                .keyPrefix(prefix)
                .set(AvailableSettings.JAKARTA_JDBC_URL, h2(database));
    }

    private static List<String> foreign(LoggedLines log) {
        return log.warnings().stream()
                .filter(line -> line.contains("is used for two databases"))
                .toList();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("redis"))
                .count();
    }

    private static boolean isNoted(String prefix) {
        try (RedisCommands redis = SharedRedis.connect()) {
            return redis.number("HLEN", prefix + ":{owner}:databases") > 0;
        }
    }

    @Test
    void anotherDatabaseUnderThePrefixIsNamedOnce() {
        try (Application one = poems("start-one", "start-foreign").start()) {
            one.find(Poem.class, 1L);
            eventually(() -> isNoted("start-foreign"));
            try (LoggedLines log = new LoggedLines();
                    Application other = poems("start-two", "start-foreign").start()) {
                other.find(Poem.class, 1L);
                eventually(() -> !foreign(log).isEmpty());
                assertThat(foreign(log))
                        .singleElement()
                        .asString()
                        .contains("jdbc:h2:mem:start-one, catalog START-ONE, schema PUBLIC")
                        .contains("jdbc:h2:mem:start-two")
                        .contains(Poem.class.getName())
                        .contains(RedisSettings.KEY_PREFIX)
                        .contains("start-foreign:{owner}:databases");
            }
        }
    }

    /** Another version of the application has other entities and other settings of its connections. */
    @Test
    void anotherInstanceOnTheSameDatabaseIsNotNamed() {
        try (Application one = poems("start-rolling", "start-rolling").start()) {
            one.find(Poem.class, 1L);
            eventually(() -> isNoted("start-rolling"));
            try (Application next = Application.on("start-rolling", Poem.class, Product.class, Review.class)
                    .set(AvailableSettings.JAKARTA_JDBC_URL, h2("start-rolling") + ";MODE=PostgreSQL")
                    .set(RedisSettings.ON_FOREIGN_PREFIX, "fail")
                    .start()) {
                assertThat(next.find(Poem.class, 1L)).isNull();
            }
        }
    }

    @Test
    void anotherApplicationWithOtherRegionsIsNotNamed() {
        try (Application one = poems("start-apart", "start-apart")
                .set(AvailableSettings.USE_QUERY_CACHE, "false")
                .start()) {
            one.find(Poem.class, 1L);
            eventually(() -> isNoted("start-apart"));
            assertThatCode(() -> Application.on("start-apart-2", Product.class, Review.class)
                            .keyPrefix("start-apart")
                            .set(AvailableSettings.USE_QUERY_CACHE, "false")
                            .set(RedisSettings.ON_FOREIGN_PREFIX, "fail")
                            .start()
                            .close())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anotherDatabaseUnderThePrefixStopsTheStartOnDemand() {
        poems("start-fail-1", "start-fail")
                .set(RedisSettings.ON_FOREIGN_PREFIX, "fail")
                .start()
                .close();
        assertThat(isNoted("start-fail")).isTrue();
        long before = threads();
        assertThatThrownBy(() -> poems("start-fail-2", "start-fail")
                        .set(RedisSettings.ON_FOREIGN_PREFIX, "fail")
                        .start())
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("jdbc:h2:mem:start-fail-1")
                .hasMessageContaining("jdbc:h2:mem:start-fail-2")
                .hasMessageContaining("fail stops the start");
        eventually(() -> threads() <= before);
        try (LoggedLines log = new LoggedLines();
                Application node = poems("start-fail-2", "start-fail")
                        .set(RedisSettings.ON_FOREIGN_PREFIX, "ignore")
                        .start()) {
            node.transact(session -> session.persist(new Poem(1, "ignored")));
            assertThat(node.isCached(() -> node.find(Poem.class, 1L))).isTrue();
            assertThat(foreign(log)).isEmpty();
        }
    }

    @Test
    void aRedisThatIsDownStopsNoStart() {
        try (RedisServer redis = RedisServer.start()) {
            redis.kill();
            try (Application node = poems("start-down", "start-down")
                    .set(RedisSettings.URL, redis.url())
                    .set(RedisSettings.ON_FOREIGN_PREFIX, "fail")
                    .set(RedisSettings.TIMEOUT, "250ms")
                    .start()) {
                assertThat(node.find(Poem.class, 1L)).isNull();
            }
        }
    }

    /** The same rows by id in another database: an old Redis with a new database. */
    private static Application.Builder renewed(String name, String setting, String action) {
        Application.Builder builder = poems(name + "-new", name)
                .set(AvailableSettings.HBM2DDL_AUTO, "none")
                .set(RedisSettings.CLEAR_ON_START, setting);
        if (action.startsWith("jakarta ")) {
            return builder.set(AvailableSettings.JAKARTA_HBM2DDL_DATABASE_ACTION, action.substring(8));
        }
        return builder.set(AvailableSettings.HBM2DDL_AUTO, action);
    }

    @ParameterizedTest
    @CsvSource({
        "never, create, old",
        "created, create, new",
        "created, create-drop, new",
        "created, jakarta drop-and-create, new",
        "created, update, old",
        "always, update, new"
    })
    void regionsAreEmptiedBeforeTheirFirstUse(String setting, String action, String expected) {
        String name = "start-clear-" + setting + "-" + action.replace(" ", "-");
        try (Application old = poems(name, name).start()) {
            old.transact(session -> session.persist(new Poem(1, "old")));
            try (Application fresh = renewed(name, setting, action).start()) {
                fresh.transact(session -> session.doWork(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate("insert into Poem (id, text) values (1, 'new')");
                    }
                }));
                assertThat(fresh.find(Poem.class, 1L).text).isEqualTo(expected);
            }
        }
    }

    @Test
    void regionsAreNotUsedBeforeTheyCouldBeEmptied() {
        try (RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                Application old = poems("start-late", "start-late")
                        .set(RedisSettings.URL, redis.url())
                        .start()) {
            old.transact(session -> session.persist(new Poem(1, "old")));
            assertThat(old.isCached(() -> old.find(Poem.class, 1L))).isTrue();
            redis.kill();
            try (Application fresh = renewed("start-late", "created", "create")
                    .set(RedisSettings.URL, redis.url())
                    .set(RedisSettings.TIMEOUT, "1s")
                    .start()) {
                assertThat(fresh.find(Poem.class, 1L)).isNull();
                redis.restart();
                fresh.transact(session -> session.persist(new Poem(2, "another")));
                eventually(() -> {
                    assertThat(fresh.find(Poem.class, 1L)).isNull();
                    return fresh.isCached(() -> fresh.find(Poem.class, 2L));
                });
            }
        }
    }

    private static List<String> unsuitable(LoggedLines log) {
        return log.warnings().stream()
                .filter(line -> line.contains("The Redisson client "))
                .toList();
    }

    @Test
    void aClientThatRepeatsOrWaitsTooLongIsNamedOnce() {
        Config config = new Config();
        config.useSingleServer().setAddress(SharedRedis.url()).setTimeout(9_000);
        RedissonClient client = Redisson.create(config);
        try (LoggedLines log = new LoggedLines();
                Application node = Application.on("start-client", Poem.class)
                        .unset(RedisSettings.URL)
                        .set(RedisSettings.CLIENT, client)
                        .start()) {
            node.find(Poem.class, 1L);
            node.find(Poem.class, 2L);
            assertThat(unsuitable(log))
                    .singleElement()
                    .asString()
                    .contains("retryAttempts 4")
                    .contains("timeout 9000 ms")
                    .contains("Set retryAttempts to 0 and timeout to 5000");
        } finally {
            client.shutdown();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 5000, false", "1, 5000, true", "0, 5001, true"})
    void aFileWhoseClientRepeatsOrWaitsTooLongIsNamedToo(int retries, int timeout, boolean named, @TempDir Path folder)
            throws IOException {
        Path file =
                Files.writeString(folder.resolve("redisson.yaml"), """
                singleServerConfig:
                  address: "%s"
                  retryAttempts: %d
                  timeout: %d
                """.formatted(SharedRedis.url(), retries, timeout));
        try (LoggedLines log = new LoggedLines();
                Application node = Application.on("start-file", Poem.class)
                        .unset(RedisSettings.URL)
                        .set(RedisSettings.CONFIG, file.toString())
                        .start()) {
            node.find(Poem.class, 1L);
            assertThat(unsuitable(log)).hasSize(named ? 1 : 0);
        }
    }

    private static List<String> ofRegion(LoggedLines log, String region) {
        return log.warnings().stream()
                .filter(line -> line.contains(RedisSettings.REGION_PREFIX + region + ".*"))
                .toList();
    }

    @Test
    void aSettingForTheRegionOfAQueryIsNoMistake() {
        try (LoggedLines log = new LoggedLines()) {
            try (Application node = Application.on("start-query", Poem.class)
                    .set(RedisSettings.REGION_PREFIX + "poems.ttl", "5m")
                    .set(RedisSettings.REGION_PREFIX + "pomes.ttl", "5m")
                    .start()) {
                assertThat(ofRegion(log, "poems")).isEmpty();
                assertThat(ofRegion(log, "pomes")).isEmpty();
                node.transact(session -> session.createSelectionQuery("from Poem", Poem.class)
                        .setCacheable(true)
                        .setCacheRegion("poems")
                        .list());
            }
            assertThat(ofRegion(log, "poems")).isEmpty();
            assertThat(ofRegion(log, "pomes"))
                    .singleElement()
                    .asString()
                    .contains("there is no region of that name; the nearest is poems");
        }
    }

    @Test
    void aSettingForNoRegionIsAMistakeWithoutAQueryCache() {
        try (LoggedLines log = new LoggedLines()) {
            try (Application one = Application.on("start-no-query", Poem.class)
                    .set(AvailableSettings.USE_QUERY_CACHE, "false")
                    .set(RedisSettings.REGION_PREFIX + "poems.ttl", "5m")
                    .start()) {
                assertThat(one).isNotNull();
                assertThat(ofRegion(log, "poems")).hasSize(1);
            }
            assertThat(ofRegion(log, "poems")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "100B"})
    void aValueThatIsTooLargeIsNotStored(String size) {
        try (LoggedLines log = new LoggedLines();
                Application node = Application.on("start-size-" + size, Poem.class)
                        .set(
                                RedisSettings.forRegion(Poem.class.getName(), "hibernate.cache.redis.max.value.size"),
                                size)
                        .start()) {
            node.transact(session -> {
                session.persist(new Poem(1, "short"));
                session.persist(new Poem(2, "long".repeat(50)));
                session.persist(new Poem(3, "long".repeat(60)));
            });
            assertThat(node.isCached(() -> node.find(Poem.class, 1L))).isTrue();
            assertThat(node.isCached(() -> node.find(Poem.class, 2L))).isFalse();
            node.transact(session -> session.find(Poem.class, 1L).text = "longer".repeat(30));
            assertThat(node.isCached(() -> node.find(Poem.class, 1L))).isFalse();
            assertThat(node.find(Poem.class, 1L).text).startsWith("longer");
            assertThat(log.warnings().stream().filter(line -> line.contains("larger than 100 bytes")))
                    .singleElement()
                    .asString()
                    .contains(Poem.class.getName());
        }
    }
}
