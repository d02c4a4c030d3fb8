package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static io.github.hibernateredis.config.Settings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.hibernateredis.config.Compression.Algorithm;
import io.github.hibernateredis.testing.WithoutOptionalLibraries;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CompressionsTest {

    @ParameterizedTest
    @MethodSource
    void readsCompressions(Object value, Compression expected) {
        assertThat(read("compression", value).defaults().compression()).isEqualTo(expected);
        assertThat(read("region.Product.compression", value)
                        .region("Product", null)
                        .compression())
                .isEqualTo(expected);
    }

    static Stream<Arguments> readsCompressions() {
        Compression own = new Compression(Algorithm.LZ4, 7);
        return Stream.of(
                arguments("none", Compression.NONE),
                arguments("off", Compression.NONE),
                arguments("false", Compression.NONE),
                arguments(false, Compression.NONE),
                arguments("deflate", new Compression(Algorithm.DEFLATE, 512)),
                arguments(" LZ4 ", new Compression(Algorithm.LZ4, 512)),
                arguments("lz4:4096", new Compression(Algorithm.LZ4, 4096)),
                arguments("deflate : 0", new Compression(Algorithm.DEFLATE, 0)),
                arguments(own, own));
    }

    @Test
    void nothingIsCompressedUnlessItIsSaid() {
        assertThat(read().defaults().compression()).isEqualTo(Compression.NONE);
    }

    @Test
    void aRegionsSettingWins() {
        ProviderConfig config = read("compression", "lz4", "region.Product.compression", "none");
        assertThat(config.region("Product", null).compression()).isEqualTo(Compression.NONE);
        assertThat(config.region("Order", null).compression().algorithm()).isEqualTo(Algorithm.LZ4);
    }

    @ParameterizedTest
    @MethodSource
    void refusesWrongOnes(Object value, String shown) {
        String problem = "compression = " + shown + ": expected none, deflate or lz4, the latter two with an optional"
                + " threshold in bytes, such as lz4:512";
        assertThat(problems("compression", value)).containsExactly(problem);
        assertThat(problems("region.Product.compression", value)).containsExactly("region.Product." + problem);
    }

    static Stream<Arguments> refusesWrongOnes() {
        return Stream.of(
                arguments("zip", "\"zip\""),
                arguments("", "\"\""),
                arguments("true", "\"true\""),
                arguments("lz4:", "\"lz4:\""),
                arguments("lz4:-1", "\"lz4:-1\""),
                arguments("lz4:1k", "\"lz4:1k\""),
                arguments("lz4:9999999999", "\"lz4:9999999999\""),
                arguments("none:512", "\"none:512\""),
                arguments(512, "512 (java.lang.Integer)"));
    }

    @Test
    void theRegionOfTheTableStampsHasNothingToCompress() {
        assertThat(problems("region.default-update-timestamps-region.compression", "lz4"))
                .singleElement()
                .asString()
                .contains("which compression does not make smaller");
    }

    @Test
    void refusesANegativeThreshold() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Compression(Algorithm.LZ4, -1));
    }

    /** Requests LZ4 without the library, and checks the message. */
    static final class Lz4IsAskedFor implements Runnable {
        @Override
        public void run() {
            String problem =
                    "compression = \"lz4:1000\": needs the library at.yawk.lz4:lz4-java, which is not on the class"
                            + " path; add it to the application or choose deflate, which is in the JDK";
            assertThat(problems("compression", "lz4:1000")).containsExactly(problem);
            assertThat(ProviderConfig.from(Map.of("hibernate.cache.redis.compression", "deflate"))
                            .defaults()
                            .compression()
                            .algorithm())
                    .isEqualTo(Algorithm.DEFLATE);
        }
    }

    @Test
    void namesTheLibraryThatIsMissing() throws Exception {
        WithoutOptionalLibraries.run(Lz4IsAskedFor.class);
    }
}
