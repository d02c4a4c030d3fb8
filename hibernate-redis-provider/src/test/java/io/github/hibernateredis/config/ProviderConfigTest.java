package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static io.github.hibernateredis.config.Settings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.hibernateredis.config.ConnectionConfig.Urls;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderConfigTest {

    @Test
    void hasTheDefaultsOfTheContract() {
        assertThat(ProviderConfig.from(Map.of()))
                .isEqualTo(new ProviderConfig(
                        new Urls(
                                ServerMode.SINGLE,
                                List.of(new RedisUrl(false, "127.0.0.1", 6379, null, null)),
                                0,
                                null),
                        null,
                        "hibernate",
                        OnForeignPrefix.WARN,
                        ClearOnStart.NEVER,
                        new WarmUp(List.of(), 2, 0),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(60),
                        5,
                        List.of(),
                        List.of(),
                        new RegionConfig(
                                Duration.ofHours(1),
                                0.10,
                                Compression.NONE,
                                OutagePolicy.AVAILABLE,
                                null,
                                1 << 20,
                                RegionFeatures.NONE,
                                NearConfig.DEFAULT),
                        Map.of(),
                        null));
    }

    @Test
    void leavesTheSettingsOfOthersAlone() {
        Map<Object, Object> settings = new HashMap<>();
        settings.put("hibernate.cache.redisson.fallback", "true");
        settings.put("hibernate.cache.redis", "x");
        settings.put("hibernate.show_sql", "true");
        settings.put(42, "x");
        settings.put("hibernate.cache.redis.ttl", null);
        settings.put("hibernate.cache.redis.unknown", null);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Map<String, Object> asTheOrmHandsThem = (Map) settings;

        assertThat(ProviderConfig.from(asTheOrmHandsThem)).isEqualTo(ProviderConfig.from(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h", "acme:shop", "shop-1", "größe"})
    void readsTheKeyPrefix(String prefix) {
        assertThat(read("key_prefix", prefix).keyPrefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @CsvSource({
        "'', is empty; every Redis key of the cache needs a prefix",
        "' ', expected text without white space and control characters",
        "'a b', expected text without white space and control characters",
        "'a ', expected text without white space and control characters",
        "'a{b', 'expected text without braces, which Redis Cluster takes for a hash tag'",
        "'a}', 'expected text without braces, which Redis Cluster takes for a hash tag'",
        "'a:', 'expected text without a colon at its end, because one is added'"
    })
    void refusesWrongKeyPrefixes(String prefix, String reason) {
        assertThat(problems("key_prefix", prefix)).containsExactly("key_prefix = \"" + prefix + "\": " + reason);
    }

    @Test
    void refusesAKeyPrefixThatIsNoText() {
        assertThat(problems("key_prefix", 7)).containsExactly("key_prefix = 7 (java.lang.Integer): expected text");
    }

    @Test
    void readsTheTimeouts() {
        ProviderConfig config = read("timeout", "2s", "lock_timeout", Duration.ofSeconds(6));

        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.lockTimeout()).isEqualTo(Duration.ofSeconds(6));
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, 0ms, expected a duration from 1ms to 1h",
        "timeout, PT0.0009S, expected a duration from 1ms to 1h",
        "timeout, 61m, expected a duration from 1ms to 1h",
        "timeout, PT-1S, expected a duration from 1ms to 1h",
        "lock_timeout, 999ms, expected a duration from 1s to 1d",
        "lock_timeout, 25h, expected a duration from 1s to 1d"
    })
    void refusesTimeoutsOutOfBounds(String name, String value, String reason) {
        assertThat(problems(name, value)).containsExactly(name + " = \"" + value + "\": " + reason);
    }

    @Test
    void refusesALockTimeoutThatLeavesNoTimeToRenewALock() {
        assertThat(problems("timeout", "2s", "lock_timeout", "5999ms"))
                .containsExactly("lock_timeout = \"5999ms\": expected at least three times timeout, 6s");
    }

    @Test
    void refusesATimeoutTooLongForTheDefaultLockTimeout() {
        assertThat(problems("timeout", "21s"))
                .containsExactly("timeout = \"21s\": expected at most a third of lock_timeout, which is 1m");
    }

    @ParameterizedTest
    @MethodSource
    void readsAllowedClasses(Object value, List<String> expected) {
        assertThat(read("allowed_classes", value).allowedClasses()).isEqualTo(expected);
    }

    static Stream<Arguments> readsAllowedClasses() {
        return Stream.of(
                arguments("com.acme.Money", List.of("com.acme.Money")),
                arguments(
                        " com.acme.Money , com.acme.shop.* ,com.acme.Outer$Inner",
                        List.of("com.acme.Money", "com.acme.shop.*", "com.acme.Outer$Inner")),
                arguments(List.of("com.acme.*", Duration.class), List.of("com.acme.*", "java.time.Duration")),
                arguments(Set.of(Map.Entry.class), List.of("java.util.Map$Entry")),
                arguments(new String[] {"a.B", "a.B"}, List.of("a.B")),
                arguments(new Class<?>[] {String.class}, List.of("java.lang.String")),
                arguments(String.class, List.of("java.lang.String")));
    }

    @Test
    void readsWhatIsLoadedAfterTheStart() {
        ProviderConfig config =
                ProviderConfig.from(Settings.of("warm_up", "A, B", "warm_up_threads", "4", "warm_up_rate", 20_000));
        assertThat(config.warmUp()).isEqualTo(new WarmUp(List.of("A", "B"), 4, 20_000));
        assertThat(ProviderConfig.from(Settings.of("warm_up_rate", "off"))
                        .warmUp()
                        .mostPerSecond())
                .isZero();
        assertThat(Settings.problems("warm_up_threads", "65"))
                .containsExactly("warm_up_threads = \"65\": expected a whole number from 1 to 64");
        assertThat(Settings.problems("warm_up_rate", "-1"))
                .containsExactly("warm_up_rate = \"-1\": expected a whole number from 10 to 1000000000");
    }

    @ParameterizedTest
    @MethodSource
    void refusesWrongAllowedClasses(Object value, String problem) {
        assertThat(problems("allowed_classes", value)).containsExactly("allowed_classes = " + problem);
    }

    static Stream<Arguments> refusesWrongAllowedClasses() {
        return Stream.of(
                arguments("", "\"\": is empty; leave the setting out instead"),
                arguments(List.of(), "[]: is empty; leave the setting out instead"),
                arguments("a.B,,a.C", "\"a.B,,a.C\": has an empty member"),
                arguments(
                        "*",
                        "\"*\": '*' would allow any class in cached values; name the packages, such as com.acme.*"),
                arguments("a.*B", "\"a.*B\": expected names of classes, or packages such as com.acme.*"),
                arguments("com.acme.", "\"com.acme.\": expected names of classes, or packages such as com.acme.*"),
                arguments("com/acme/A", "\"com/acme/A\": expected names of classes, or packages such as com.acme.*"),
                arguments(List.of(7), "[7]: expected text"),
                arguments(7, "7 (java.lang.Integer): expected text"));
    }

    @Test
    void refusesAllowedClassesThatAreNotThere() {
        Map<String, Object> settings = Settings.of("allowed_classes", "java.lang.String,com.acme.*,com.acme.Nowhere");
        assertThatThrownBy(() -> ProviderConfig.from(settings, null, "java.lang.String"::equals))
                .isInstanceOf(ConfigException.class)
                .hasMessage("hibernate.cache.redis.allowed_classes = \"java.lang.String,com.acme.*,com.acme.Nowhere\":"
                        + " expected names of existing classes, or packages such as com.acme.*;"
                        + " 'com.acme.Nowhere' does not exist (a nested class is Outer$Inner)");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        Map<String, Object> settings = Settings.of(
                "url", "http://h",
                "timeuot", "1s",
                "ttl", "10",
                "key_prefix", "",
                "near", "maybe",
                "region.Product.ttl", "never",
                "region.Product.tl", "1h");

        assertThatThrownBy(() -> ProviderConfig.from(settings))
                .isInstanceOf(CacheException.class)
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        failure -> assertThat(failure.problems())
                                .hasSize(7)
                                .allSatisfy(problem ->
                                        assertThat(failure.getMessage()).contains("\n - " + problem)))
                .hasMessageStartingWith("The configuration of the Redis cache has 7 problems:\n - ")
                .hasMessageContainingAll(
                        "hibernate.cache.redis.url = ",
                        "hibernate.cache.redis.timeuot = ",
                        "hibernate.cache.redis.ttl = ",
                        "hibernate.cache.redis.key_prefix = ",
                        "hibernate.cache.redis.near = ",
                        "hibernate.cache.redis.region.Product.ttl = ",
                        "hibernate.cache.redis.region.Product.tl = ");
    }

    @Test
    void reportsASingleProblemInASentence() {
        Map<String, Object> settings = Settings.of("mode", "ring");

        assertThatThrownBy(() -> ProviderConfig.from(settings))
                .hasMessage(
                        "hibernate.cache.redis.mode = \"ring\": expected one of single, cluster, sentinel, replicated");
    }

    @Test
    void isImmutable() {
        ProviderConfig config = read("allowed_classes", "a.B", "region.Product.ttl", "1m");

        assertThatThrownBy(() -> config.allowedClasses().add("c.D")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> config.regionSettings().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
