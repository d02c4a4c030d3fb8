package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.RedisCacheRegion;
import io.github.hibernateredis.RedisRegionFactory;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.annotations.Immutable;
import org.hibernate.cache.CacheException;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Settings from the application down to Redis. Other tests check which values each setting accepts and rejects. */
class SettingsIT {

    @Entity(name = "Brief")
    @Cacheable
    @RedisCacheRegion(ttl = "10m", ttlJitter = "0")
    static class Brief {
        @Id
        Long id;
    }

    @Entity(name = "Fleeting")
    @Cacheable
    @RedisCacheRegion(ttl = "10m")
    static class Fleeting {
        @Id
        Long id;
    }

    @Entity(name = "Currency")
    @Cacheable
    @Immutable
    static class Currency {
        @Id
        Long id;

        String name;
    }

    private static Application.Builder products(String name) {
        return Application.on(name, Product.class, Review.class);
    }

    private static boolean storesAndReads(Application node) {
        node.transact(session -> session.persist(new Product(1, "A-1", "first")));
        return node.isCached(() -> assertThat(node.find(Product.class, 1L).name).isEqualTo("first"));
    }

    @Test
    void anUnknownSettingStopsTheStart() {
        assertThatThrownBy(() -> products("unknown-setting")
                        .set("hibernate.cache.redis.key_prefx", "x")
                        .start())
                .rootCause()
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("hibernate.cache.redis.key_prefx")
                .hasMessageContaining("key_prefix");
    }

    @Test
    void aValueThatCannotBeReadStopsTheStart() {
        assertThatThrownBy(() -> products("wrong-value")
                        .set(RedisSettings.TTL, "ten minutes")
                        .set(RedisSettings.TIMEOUT, "0")
                        .start())
                .rootCause()
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(RedisSettings.TTL)
                .hasMessageContaining("ten minutes")
                .hasMessageContaining(RedisSettings.TIMEOUT);
    }

    @Test
    void theFactoryIsFoundByItsClass() {
        try (Application node = products("by-class")
                .set(AvailableSettings.CACHE_REGION_FACTORY, RedisRegionFactory.class.getName())
                .start()) {
            assertThat(storesAndReads(node)).isTrue();
        }
    }

    /** The data of a region lives one minute longer than the maximum life of its youngest entry. */
    @Test
    void itemsLiveAsLongAsTheAnnotationOrTheSettingSays() {
        try (Application node = Application.on("ttl", Brief.class, Fleeting.class)
                        .set(RedisSettings.forRegion(Fleeting.class.getName(), RedisSettings.TTL), Duration.ofHours(2))
                        .start();
                RedisCommands redis = SharedRedis.connect()) {
            node.transact(session -> {
                Brief brief = new Brief();
                brief.id = 1L;
                session.persist(brief);
                Fleeting fleeting = new Fleeting();
                fleeting.id = 1L;
                session.persist(fleeting);
            });
            assertThat(redis.number("PTTL", "ttl:{" + Brief.class.getName() + "}:data"))
                    .isBetween(600_000L, 660_000L);
            assertThat(redis.number("PTTL", "ttl:{" + Fleeting.class.getName() + "}:data"))
                    .isBetween(7_200_000L, 7_260_000L);
        }
    }

    @Test
    void anExpiredItemIsLoadedAgain() {
        try (Application node = Application.on("expiry", Brief.class)
                .set(RedisSettings.forRegion(Brief.class.getName(), RedisSettings.TTL), "1ms")
                .start()) {
            node.transact(session -> {
                Brief brief = new Brief();
                brief.id = 1L;
                session.persist(brief);
            });
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (node.factory().getCache().containsEntity(Brief.class, 1L)) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
            assertThat(node.find(Brief.class, 1L)).isNotNull();
        }
    }

    @Test
    void aGivenClientIsUsedAndNotClosed() {
        Config config = new Config();
        config.useSingleServer().setAddress(SharedRedis.url());
        RedissonClient client = Redisson.create(config);
        try {
            try (Application node = products("own-client")
                    .unset(RedisSettings.URL)
                    .set(RedisSettings.CLIENT, client)
                    .start()) {
                assertThat(storesAndReads(node)).isTrue();
            }
            assertThat(client.isShutdown()).isFalse();
            assertThat(client.getKeys().countExists("own-client:{" + Product.class.getName() + "}:data"))
                    .isEqualTo(1);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aFileOfRedissonConfiguresTheClient(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("redisson.yaml");
        Files.writeString(file, "singleServerConfig:\n  address: \"" + SharedRedis.url() + "\"\n");
        try (Application node = products("by-file")
                .unset(RedisSettings.URL)
                .set(RedisSettings.CONFIG, file.toString())
                .start()) {
            assertThat(storesAndReads(node)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "redis://127.0.0.1:6379": oops | not a Redisson YAML file; see line 2, column
            "127.0.0.1:6379"               | rediss://host:port
            "redis://:pass/word@redis:1"   | percent-encoded
            "redis://127.0.0.1"            | rediss://host:port
            """, quoteCharacter = '\'')
    void aFileThatIsWrongStopsTheStart(String address, String problem, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("redisson.yaml");
        Files.writeString(file, "singleServerConfig:\n  address: " + address + "\n");
        assertThatThrownBy(() -> products("by-wrong-file")
                        .unset(RedisSettings.URL)
                        .set(RedisSettings.CONFIG, file.toString())
                        .start())
                .rootCause()
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(RedisSettings.CONFIG + " = " + file)
                .hasMessageContaining(problem);
    }

    @Test
    void aResourceOfTheClassPathConfiguresTheClient(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("cache.yaml"), "singleServerConfig:\n  address: \"" + SharedRedis.url() + "\"\n");
        try (URLClassLoader classPath =
                        new URLClassLoader(new URL[] {folder.toUri().toURL()});
                Application node = products("by-resource")
                        .classLoader(classPath)
                        .unset(RedisSettings.URL)
                        .set(RedisSettings.CONFIG, "cache.yaml")
                        .start()) {
            assertThat(storesAndReads(node)).isTrue();
        }
    }

    @Test
    void applicationsWithPrefixesOfTheirOwnShareNothing() {
        try (Application one = products("prefixes").keyPrefix("prefix-one").start();
                Application two = products("prefixes").keyPrefix("prefix-two").start()) {
            assertThat(storesAndReads(one)).isTrue();
            assertThat(two.isCached(() -> two.find(Product.class, 1L))).isFalse();
            one.factory().getCache().evictAllRegions();
            assertThat(two.isCached(() -> two.find(Product.class, 1L))).isTrue();
        }
    }

    @Test
    void anEntityThatIsCachedByReferenceIsNamedAtTheStartAndWorksUncached() {
        PrintStream err = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Application node;
        try {
            node = Application.on("reference-entries", Currency.class, Brief.class)
                    .set(AvailableSettings.USE_DIRECT_REFERENCE_CACHE_ENTRIES, "true")
                    .start();
        } finally {
            System.setErr(err);
        }
        try (node) {
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains(Currency.class.getName())
                    .contains(AvailableSettings.USE_DIRECT_REFERENCE_CACHE_ENTRIES)
                    .doesNotContain(Brief.class.getName());
            node.transact(session -> {
                Currency currency = new Currency();
                currency.id = 1L;
                currency.name = "NZD";
                session.persist(currency);
            });
            assertThat(node.find(Currency.class, 1L).name).isEqualTo("NZD");
            assertThat(node.isCached(() -> node.find(Currency.class, 1L))).isFalse();
        }
    }
}
