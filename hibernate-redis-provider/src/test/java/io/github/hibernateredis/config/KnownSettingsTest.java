package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.RedisSettings;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "tll, ttl",
        "timout, timeout",
        "urls, url",
        "region.Product.ttl_jiter, region.Product.ttl_jitter",
        "regions.com.acme.Product.ttl, region.com.acme.Product.ttl",
        "com.acme.Product.ttl, region.com.acme.Product.ttl"
    })
    void namesTheNearestSetting(String mistyped, String nearest) {
        assertThat(problems(mistyped, "5m"))
                .containsExactly(mistyped + " = \"5m\": no such setting; the nearest is " + nearest);
    }

    /** As frameworks convert the names of environment variables. */
    @ParameterizedTest
    @CsvSource({
        "key.prefix, key_prefix",
        "key-prefix, key_prefix",
        "keyPrefix, key_prefix",
        "KEY_PREFIX, key_prefix",
        "lock.timeout, lock_timeout",
        "sentinel.master, sentinel_master",
        "on-foreign.prefix, on_foreign_prefix",
        "max.value.size, max_value_size",
        "region.Product.max.value.size, region.Product.max_value_size",
        "region.com.acme.Order.lines.ttl-jitter, region.com.acme.Order.lines.ttl_jitter",
        "region.com.acme.Order.lines.ttl.jitter, region.com.acme.Order.lines.ttl_jitter",
        "region.a.ttl.outagePolicy, region.a.ttl.outage_policy",
        "region.timeout.ttl, region.timeout.ttl",
        "region.lock.timeout.max-value-size, region.lock.timeout.max_value_size"
    })
    void readsNamesWhoseWordsArePartedInAnotherWay(String written, String meant) {
        assertThat(KnownSettings.canonical(RedisSettings.PREFIX + written)).isEqualTo(RedisSettings.PREFIX + meant);
    }

    /** The region may be named a.near, or its setting near_max_entries. */
    @ParameterizedTest
    @ValueSource(strings = {"region.a.near.max.entries", "region.ttl.jitter", "keyprefixes", "region.a.lock.timeout"})
    void guessesNoNames(String written) {
        assertThat(problems(written, "1"))
                .singleElement()
                .asString()
                .startsWith(written + " = \"1\": n")
                .containsAnyOf("no such setting", "names no region");
    }

    @Test
    void namesTheSettingAndHowItWasWritten() {
        assertThat(problems("lock.timeout", "1"))
                .singleElement()
                .asString()
                .startsWith("lock_timeout (set as lock.timeout) = \"1\": has no unit");
    }

    @Test
    void refusesTwoValuesOfOneSetting() {
        assertThat(problems("lock.timeout", "30s", "lock_timeout", "40s"))
                .containsExactly(
                        "lock_timeout = \"40s\": is also set as lock.timeout, to another value;" + " keep one of them");
        assertThat(problems("lock.timeout", "30s", "lockTimeout", "40s"))
                .singleElement()
                .asString()
                .contains("lock.timeout")
                .contains("lockTimeout")
                .contains("keep one of them");
        assertThat(problems("lock.timeout", "30s", "lock_timeout", "30s")).isEmpty();
    }

    @Test
    void namesAllThatAreEquallyNear() {
        assertThat(problems("utl", "1")).containsExactly("utl = \"1\": no such setting; equally near are url, ttl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"region", "region.", "region.ttl", "region..ttl", "region.Product."})
    void explainsHowARegionIsNamed(String name) {
        assertThat(problems(name, "5m"))
                .containsExactly(name + " = \"5m\": names no region, or no setting of a region;"
                        + " expected region.<region name>.<setting>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"url", "key_prefix", "lock_timeout", "allowed_classes", "client"})
    void aRegionHasNoSettingsOfTheProvider(String name) {
        assertThat(problems("region.Product." + name, "x"))
                .singleElement()
                .asString()
                .startsWith("region.Product." + name + " = \"x\": no such setting;");
    }

    @ParameterizedTest
    @MethodSource
    void knowsEveryPublicName(String key) {
        assertThat(Settings.problems(key.substring(RedisSettings.PREFIX.length()), new Object()))
                .noneMatch(problem -> problem.contains("no such setting"));
    }

    static Stream<String> knowsEveryPublicName() {
        return Stream.of(RedisSettings.class.getFields())
                .map(KnownSettingsTest::value)
                .filter(key -> !key.endsWith("."));
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void hidesTheValueOfWhatSoundsSecret() {
        assertThat(problems("password", "hunter2", "auth-token", "hunter2"))
                .hasSize(2)
                .allSatisfy(problem ->
                        assertThat(problem).contains(" = ***: no such setting").doesNotContain("hunter2"));
    }

    @Test
    void showsTheValueWhereOnlyTheRegionSoundsSecret() {
        assertThat(problems("region.com.acme.Author.tl", "5m"))
                .containsExactly("region.com.acme.Author.tl = \"5m\": no such setting;"
                        + " the nearest is region.com.acme.Author.ttl");
    }

    @Test
    void hidesTheCredentialsOfAMistypedUrl() {
        assertThat(problems("uri", "redis://bob:hunter2@h:1"))
                .containsExactly("uri = \"redis://***@h:1\": no such setting; the nearest is url");
    }

    @Test
    void showsNothingOfForeignObjects() {
        Object foreign = new Object() {
            @Override
            public String toString() {
                return "hunter2";
            }
        };

        for (Object value : List.of(foreign, List.of(foreign), new Object[] {foreign}, Map.of("password", "hunter2"))) {
            assertThat(problems("clint", value))
                    .singleElement()
                    .asString()
                    .contains("an object of type")
                    .doesNotContain("hunter2");
        }
        assertThat(ProviderConfig.from(Map.of(RedisSettings.CLIENT, foreign)).toString())
                .doesNotContain("hunter2");
    }
}
