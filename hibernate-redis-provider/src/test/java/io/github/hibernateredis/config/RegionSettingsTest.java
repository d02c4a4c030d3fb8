package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static io.github.hibernateredis.config.Settings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.hibernateredis.RedisSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionSettingsTest {

    private static final String DURATION_EXPECTED =
            "expected a duration: a whole number with a unit (500ms, 30s, 10m, 24h, 7d), ISO-8601 (PT10M) or a"
                    + " Duration";
    private static final String JITTER_EXPECTED =
            "expected a percentage (10%) or a fraction (0.1), at least 0 and less than 100% or 1";
    private static final String ENDLESS = "entries always expire, so that a server whose memory is full evicts them"
            + " and not the consistency metadata; use a long ttl such as 365d";

    static final List<String> SCOPES = List.of("", "region.Product.", "region.com.acme.Order.lines.");

    @ParameterizedTest
    @MethodSource
    void readsTtls(Object value, Duration expected) {
        assertThat(read("ttl", value).defaults().ttl()).isEqualTo(expected);
        assertThat(read("region.com.acme.Product.ttl", value)
                        .region("com.acme.Product", null)
                        .ttl())
                .isEqualTo(expected);
    }

    static Stream<Arguments> readsTtls() {
        return Stream.of(
                arguments("500ms", Duration.ofMillis(500)),
                arguments("30s", Duration.ofSeconds(30)),
                arguments("10m", Duration.ofMinutes(10)),
                arguments("24h", Duration.ofHours(24)),
                arguments("7d", Duration.ofDays(7)),
                arguments(" 7 d ", Duration.ofDays(7)),
                arguments("PT10M", Duration.ofMinutes(10)),
                arguments("P1DT1H", Duration.ofHours(25)),
                arguments("1ms", Duration.ofMillis(1)),
                arguments("3650d", Duration.ofDays(3650)),
                arguments(new StringBuilder("5s"), Duration.ofSeconds(5)),
                arguments(Duration.ofMillis(1500), Duration.ofMillis(1500)));
    }

    @ParameterizedTest
    @MethodSource
    void refusesWrongTtls(Object value, String problem) {
        assertThat(problems("ttl", value)).containsExactly("ttl = " + problem);
        assertThat(problems("region.Product.ttl", value)).containsExactly("region.Product.ttl = " + problem);
    }

    static Stream<Arguments> refusesWrongTtls() {
        return Stream.of(
                arguments("10", "\"10\": has no unit; " + DURATION_EXPECTED),
                arguments("-1", "\"-1\": has no unit; " + DURATION_EXPECTED),
                arguments(10, "10 (java.lang.Integer): has no unit; " + DURATION_EXPECTED),
                arguments("", "\"\": " + DURATION_EXPECTED),
                arguments("soon", "\"soon\": " + DURATION_EXPECTED),
                arguments("1.5h", "\"1.5h\": " + DURATION_EXPECTED),
                arguments("10M", "\"10M\": " + DURATION_EXPECTED),
                arguments("10 minutes", "\"10 minutes\": " + DURATION_EXPECTED),
                arguments(true, "true (java.lang.Boolean): " + DURATION_EXPECTED),
                arguments("99999999999999999999s", "\"99999999999999999999s\": is too large for a duration"),
                arguments("9223372036854775807d", "\"9223372036854775807d\": is too large for a duration"),
                arguments("3651d", "\"3651d\": expected a duration from 1ms to 3650d"),
                arguments("PT-1S", "\"PT-1S\": expected a duration from 1ms to 3650d"),
                arguments(
                        Duration.ofNanos(1),
                        "PT0.000000001S (java.time.Duration): expected a duration from 1ms to 3650d"),
                arguments(0, "0 (java.lang.Integer): " + ENDLESS),
                arguments("0", "\"0\": " + ENDLESS),
                arguments("0s", "\"0s\": " + ENDLESS),
                arguments("none", "\"none\": " + ENDLESS),
                arguments("Never", "\"Never\": " + ENDLESS),
                arguments(Duration.ZERO, "PT0S (java.time.Duration): " + ENDLESS));
    }

    @ParameterizedTest
    @MethodSource
    void readsJitters(Object value, double expected) {
        assertThat(read("ttl_jitter", value).defaults().ttlJitter()).isEqualTo(expected);
        assertThat(read("region.Product.ttl_jitter", value)
                        .region("Product", null)
                        .ttlJitter())
                .isEqualTo(expected);
    }

    static Stream<Arguments> readsJitters() {
        return Stream.of(
                arguments("10%", 0.1),
                arguments("10 %", 0.1),
                arguments("12.5%", 0.125),
                arguments("0%", 0.0),
                arguments("99.9%", 0.999),
                arguments("0.1", 0.1),
                arguments("0", 0.0),
                arguments(0, 0.0),
                arguments(0.25, 0.25),
                arguments(0.25f, 0.25),
                arguments(new BigDecimal("0.3"), 0.3));
    }

    @ParameterizedTest
    @MethodSource
    void refusesWrongJitters(Object value, String shown) {
        assertThat(problems("ttl_jitter", value)).containsExactly("ttl_jitter = " + shown + ": " + JITTER_EXPECTED);
    }

    static Stream<Arguments> refusesWrongJitters() {
        return Stream.of(
                arguments("", "\"\""),
                arguments("10", "\"10\""),
                arguments("100%", "\"100%\""),
                arguments("1", "\"1\""),
                arguments("-5%", "\"-5%\""),
                arguments("0,1", "\"0,1\""),
                arguments("1e-1", "\"1e-1\""),
                arguments("NaN", "\"NaN\""),
                arguments(Double.NaN, "NaN (java.lang.Double)"),
                arguments(-0.1, "-0.1 (java.lang.Double)"),
                arguments(1, "1 (java.lang.Integer)"),
                arguments(true, "true (java.lang.Boolean)"));
    }

    @ParameterizedTest
    @FieldSource("SCOPES")
    void readsTheOutagePolicy(String scope) {
        String region = scope.isEmpty() ? "Any" : scope.substring("region.".length(), scope.length() - 1);
        for (Object value : List.of("available", "AVAILABLE", " available ", OutagePolicy.AVAILABLE)) {
            assertThat(read(scope + "outage_policy", value).region(region, null).outagePolicy())
                    .isEqualTo(OutagePolicy.AVAILABLE);
        }
        for (Object value : List.of("consistent", "Consistent", OutagePolicy.CONSISTENT)) {
            assertThat(read(scope + "outage_policy", value).region(region, null).outagePolicy())
                    .isEqualTo(OutagePolicy.CONSISTENT);
        }
    }

    @Test
    void refusesAnUnknownOutagePolicy() {
        assertThat(problems("outage_policy", "maybe"))
                .containsExactly("outage_policy = \"maybe\": expected one of available, consistent");
    }

    @Test
    void laterLayersWinOverEarlierOnes() {
        RegionOverrides annotation = new RegionOverrides(
                Duration.ofMinutes(3),
                null,
                null,
                null,
                null,
                null,
                RegionFeatures.NONE,
                NearOverrides.NONE,
                "annotation");
        Object[] layers = {"ttl", "2m", "region.Product.ttl", "4m", "region.app.Product.ttl", "5m"};

        assertThat(ttl(null)).isEqualTo(Duration.ofHours(1));
        assertThat(ttl(null, layers[0], layers[1])).isEqualTo(Duration.ofMinutes(2));
        assertThat(ttl(annotation, layers[0], layers[1])).isEqualTo(Duration.ofMinutes(3));
        assertThat(ttl(annotation, layers[0], layers[1], layers[2], layers[3])).isEqualTo(Duration.ofMinutes(4));
        assertThat(ttl(annotation, layers)).isEqualTo(Duration.ofMinutes(5));
    }

    private static Duration ttl(RegionOverrides annotation, Object... settings) {
        return ProviderConfig.from(Settings.of(settings), "app")
                .region("Product", annotation)
                .ttl();
    }

    @Test
    void eachValueLayersOnItsOwn() {
        ProviderConfig config = ProviderConfig.from(
                Settings.of("ttl_jitter", "20%", "region.Product.ttl_jitter", "30%", "region.app.Product.ttl", "5m"),
                "app");

        assertThat(config.region(
                        "Product",
                        new RegionOverrides(
                                Duration.ofMinutes(1),
                                0.4,
                                null,
                                null,
                                null,
                                null,
                                RegionFeatures.NONE,
                                NearOverrides.NONE,
                                "annotation")))
                .isEqualTo(new RegionConfig(
                        Duration.ofMinutes(5),
                        0.3,
                        Compression.NONE,
                        OutagePolicy.AVAILABLE,
                        null,
                        1 << 20,
                        RegionFeatures.NONE,
                        NearConfig.DEFAULT));
        assertThat(config.region("Order", null))
                .isEqualTo(new RegionConfig(
                        Duration.ofHours(1),
                        0.2,
                        Compression.NONE,
                        OutagePolicy.AVAILABLE,
                        null,
                        1 << 20,
                        RegionFeatures.NONE,
                        NearConfig.DEFAULT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Product", "app.Product"})
    void findsARegionByEitherName(String name) {
        for (String written : List.of("Product", "app.Product")) {
            ProviderConfig config = ProviderConfig.from(Settings.of("region." + written + ".ttl", "5m"), "app");
            assertThat(config.region(name, null).ttl()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Test
    void takesThePrefixFromTheOrmsSetting() {
        Map<String, Object> settings = Settings.of("region.app.Product.ttl", "5m");
        settings.put(AvailableSettings.CACHE_REGION_PREFIX, "app");

        assertThat(ProviderConfig.from(settings).region("Product", null).ttl()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void anotherRegionsSettingsDoNotCount() {
        ProviderConfig config = read("region.com.acme.Order.ttl", "5m");

        for (String name : List.of("Order", "com.acme.Order.lines", "com.acme", "com.acme.Orders")) {
            assertThat(config.region(name, null)).isEqualTo(RegionConfig.DEFAULT);
        }
    }

    @Test
    void namesTheConfiguredRegions() {
        assertThat(read("region.b.B.ttl", "5m", "region.a.A.near", false, "region.a.A.ttl", "1m", "ttl", "1m")
                        .configuredRegions())
                .containsExactly("a.A", "b.B");
    }

    @Test
    void warnsOfSettingsForRegionsThatThereAreNot() {
        ProviderConfig config = ProviderConfig.from(
                Settings.of(
                        "region.Prodct.ttl", "1m",
                        "region.app.Oder.ttl", "1m",
                        "region.Order.ttl", "1m",
                        "region.default-update-timestamps-region.outage_policy", "available"),
                "app");

        assertThat(config.unusedRegionSettings(List.of("Product", "app.Order")))
                .containsExactly(
                        "hibernate.cache.redis.region.Prodct.*: there is no region of that name; the nearest is"
                                + " Product",
                        "hibernate.cache.redis.region.app.Oder.*: there is no region of that name; the nearest is"
                                + " Order");
        assertThat(config.unusedRegionSettings(List.of("Product", "Order", "Prodct", "Oder")))
                .isEmpty();
        assertThat(read("region.A.ttl", "1m").unusedRegionSettings(List.of()))
                .containsExactly("hibernate.cache.redis.region.A.*: there is no region of that name");
    }

    @ParameterizedTest
    @CsvSource({
        "ttl, 1h, a ttl",
        "ttl, none, a ttl",
        "ttl_jitter, 10%, a ttl",
        "max_idle, 10m, a ttl",
        "max_entries, 2000, a size limit"
    })
    void refusesLimitsOfTheTableStamps(String setting, String value, String limit) {
        for (String name : List.of("default-update-timestamps-region", "app.default-update-timestamps-region")) {
            String key = RedisSettings.REGION_PREFIX + name + '.' + setting;
            ConfigException failure =
                    catchThrowableOfType(ConfigException.class, () -> ProviderConfig.from(Map.of(key, value), "app"));
            assertThat(failure.problems())
                    .containsExactly(key + " = \"" + value
                            + "\": this region stores when each table was last updated and never gets " + limit
                            + ": if an update were lost, outdated query results would be used; leave the"
                            + " setting out");
        }
    }

    @Test
    void toleratesSettingsOfTheTableStampsThatAreNoLimits() {
        assertThat(problems(
                        "region.default-update-timestamps-region.max_entries",
                        "none",
                        "region.default-update-timestamps-region.outage_policy",
                        "available"))
                .isEmpty();
    }

    @Test
    void aRegionConfigHasNoImpossibleValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegionConfig(
                        Duration.ZERO,
                        0.1,
                        Compression.NONE,
                        OutagePolicy.AVAILABLE,
                        null,
                        1 << 20,
                        RegionFeatures.NONE,
                        NearConfig.DEFAULT));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegionConfig(
                        Duration.ofHours(1),
                        1,
                        Compression.NONE,
                        OutagePolicy.AVAILABLE,
                        null,
                        1 << 20,
                        RegionFeatures.NONE,
                        NearConfig.DEFAULT));
    }

    @Test
    void readsMaxIdle() {
        assertThat(read("ttl", "5m").region("Product", null).features().maxIdle())
                .isNull();
        ProviderConfig config = read("max_idle", "10m", "region.Order.max_idle", "off");
        assertThat(config.region("Product", null).features().maxIdle()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.region("Product", null).asText()).containsEntry("max_idle", "10m");
        assertThat(config.region("Order", null).features().maxIdle()).isNull();
        assertThat(problems("region.Product.max_idle", "999ms"))
                .containsExactly("region.Product.max_idle = \"999ms\": expected a duration from 1s to 3650d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", " 16 ", "1024"})
    void readsSegments(String value) {
        int number = Integer.parseInt(value.trim());
        assertThat(read("segments", value).region("Product", null).segments()).isEqualTo(number);
        assertThat(read("segments", number).region("Product", null).segments()).isEqualTo(number);
        ProviderConfig ofOne = read("segments", 4, "region.Product.segments", value);
        assertThat(ofOne.region("Product", null).segments()).isEqualTo(number);
        assertThat(ofOne.region("Order", null).segments()).isEqualTo(4);
    }

    @Test
    void theNumberOfSegmentsDependsOnTheServersUnlessItIsSet() {
        assertThat(read().region("Product", null).segments()).isNull();
        assertThat(read("segments", 1).region("Product", null).segments()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1025", "1.5", "many", "", "10000000000"})
    void refusesWrongSegments(String value) {
        assertThat(problems("segments", value))
                .containsExactly("segments = \"" + value + "\": expected a whole number from 1 to 1024");
        assertThat(problems("segments", 1.5)).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegionConfig(
                        Duration.ofHours(1),
                        0,
                        Compression.NONE,
                        OutagePolicy.AVAILABLE,
                        0,
                        1 << 20,
                        RegionFeatures.NONE,
                        NearConfig.DEFAULT));
    }

    @Test
    void theTablesAreNeverSpread() {
        assertThat(problems("region.default-update-timestamps-region.segments", "4"))
                .singleElement()
                .asString()
                .contains("has only one segment");
    }
}
