package io.github.hibernateredis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.hibernateredis.RedisCacheRegion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionOverridesTest {

    @RedisCacheRegion
    private static final class Silent {}

    @RedisCacheRegion(ttl = "10m", ttlJitter = "5 %")
    private static final class Product {

        @RedisCacheRegion(ttl = "PT20M")
        private List<String> tags;

        @RedisCacheRegion(ttlJitter = "0.2", compression = "deflate")
        private List<String> getPrices() {
            return tags;
        }
    }

    @RedisCacheRegion(ttl = "10", ttlJitter = "200%", compression = "zip")
    private static final class Wrong {}

    private static RegionOverrides read(Class<?> type) {
        return RegionOverrides.from(type.getAnnotation(RedisCacheRegion.class), type.getSimpleName());
    }

    @Test
    void readsTheAnnotationOfAnEntity() {
        assertThat(read(Product.class))
                .isEqualTo(new RegionOverrides(
                        Duration.ofMinutes(10),
                        0.05,
                        null,
                        null,
                        null,
                        null,
                        RegionFeatures.NONE,
                        NearOverrides.NONE,
                        "@RedisCacheRegion on Product"));
    }

    @Test
    void readsTheAnnotationOfACollection() throws Exception {
        RedisCacheRegion onField = Product.class.getDeclaredField("tags").getAnnotation(RedisCacheRegion.class);
        RedisCacheRegion onGetter = Product.class.getDeclaredMethod("getPrices").getAnnotation(RedisCacheRegion.class);

        assertThat(RegionOverrides.from(onField, "Product.tags").ttl()).isEqualTo(Duration.ofMinutes(20));
        assertThat(RegionOverrides.from(onGetter, "Product.prices").ttlJitter()).isEqualTo(0.2);
        assertThat(RegionOverrides.from(onGetter, "Product.prices").compression())
                .isEqualTo(new Compression(Compression.Algorithm.DEFLATE, 512));
    }

    @Test
    void anEmptyMemberSaysNothing() {
        assertThat(read(Silent.class))
                .isEqualTo(new RegionOverrides(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        RegionFeatures.NONE,
                        NearOverrides.NONE,
                        "@RedisCacheRegion on Silent"));
    }

    @Test
    void namesTheElementWhoseAnnotationIsWrong() {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> read(Wrong.class));

        assertThat(failure.problems())
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith(
                                        "@RedisCacheRegion(ttl = \"10\") on Wrong: has no unit; expected a duration"),
                        problem -> assertThat(problem)
                                .startsWith("@RedisCacheRegion(ttlJitter = \"200%\") on Wrong: expected a percentage"),
                        problem -> assertThat(problem)
                                .startsWith(
                                        "@RedisCacheRegion(compression = \"zip\") on Wrong: expected none, deflate"));
    }

    @Test
    void joinsWhatDoesNotContradict() {
        RegionOverrides ttl = new RegionOverrides(
                Duration.ofMinutes(1), null, null, null, null, null, RegionFeatures.NONE, NearOverrides.NONE, "A");
        RegionOverrides both = new RegionOverrides(
                Duration.ofSeconds(60), 0.2, null, null, null, null, RegionFeatures.NONE, NearOverrides.NONE, "B");

        assertThat(ttl.merge(both, "shared"))
                .isEqualTo(new RegionOverrides(
                        Duration.ofMinutes(1),
                        0.2,
                        null,
                        null,
                        null,
                        null,
                        RegionFeatures.NONE,
                        NearOverrides.NONE,
                        "A and B"));
        assertThat(both.merge(ttl, "shared"))
                .isEqualTo(new RegionOverrides(
                        Duration.ofMinutes(1),
                        0.2,
                        null,
                        null,
                        null,
                        null,
                        RegionFeatures.NONE,
                        NearOverrides.NONE,
                        "B and A"));
    }

    @Test
    void namesBothElementsOfAContradiction() {
        RegionOverrides a = new RegionOverrides(
                Duration.ofMinutes(1),
                0.1,
                Compression.NONE,
                null,
                null,
                null,
                RegionFeatures.NONE,
                NearOverrides.NONE,
                "@RedisCacheRegion on A");
        RegionOverrides b = new RegionOverrides(
                Duration.ofMinutes(2),
                0.2,
                new Compression(Compression.Algorithm.LZ4, 9),
                null,
                null,
                null,
                RegionFeatures.NONE,
                NearOverrides.NONE,
                "@RedisCacheRegion on B");

        assertThatThrownBy(() -> a.merge(b, "shared"))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        failure -> assertThat(failure.problems())
                                .containsExactly(
                                        "The region shared has two values of ttl: 1m by @RedisCacheRegion on A,"
                                                + " 2m by @RedisCacheRegion on B",
                                        "The region shared has two values of ttlJitter: 0.1 by @RedisCacheRegion on A,"
                                                + " 0.2 by @RedisCacheRegion on B",
                                        "The region shared has two values of compression: none by @RedisCacheRegion on A,"
                                                + " lz4:9 by @RedisCacheRegion on B"));
    }
}
