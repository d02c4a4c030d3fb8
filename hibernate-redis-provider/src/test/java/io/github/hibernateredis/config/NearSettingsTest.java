package io.github.hibernateredis.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.WithoutOptionalLibraries;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NearSettingsTest {

    private static NearConfig read(Object... settings) {
        return ProviderConfig.from(Settings.of(settings), null)
                .region("com.acme.Product", null)
                .near();
    }

    @Test
    void isOffByDefault() {
        assertThat(read()).isEqualTo(new NearConfig(false, 10_000, null, Duration.ofSeconds(1)));
        assertThat(RegionConfig.DEFAULT.asText()).doesNotContainKey("near");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "region.com.acme.Product."})
    void isReadForAllRegionsAndForOne(String scope) {
        NearConfig near = read(
                scope + "near", "true",
                scope + "near_max_entries", 500,
                scope + "near_max_bytes", "16MB",
                scope + "near_lease", "500ms");

        assertThat(near).isEqualTo(new NearConfig(true, 500, 16L << 20, Duration.ofMillis(500)));
        assertThat(ProviderConfig.from(Settings.of(scope + "near", true), null)
                        .region("com.acme.Product", null)
                        .asText())
                .containsAllEntriesOf(Map.of("near", "true", "near_max_entries", "10000", "near_lease", "1s"));
    }

    @Test
    void oneRegionMayBeWithoutIt() {
        assertThat(read("near", true, "region.com.acme.Product.near", "off").on())
                .isFalse();
    }

    private static final class NearIsAskedFor implements Runnable {
        @Override
        public void run() {
            assertThat(Settings.problems("near", "true", "region.Product.near", true))
                    .hasSize(2)
                    .allMatch(problem -> problem.contains("needs the library com.github.ben-manes.caffeine:caffeine,"));
            assertThat(Settings.problems("near", "false")).isEmpty();
        }
    }

    @Test
    void namesTheLibraryThatIsMissing() throws Exception {
        WithoutOptionalLibraries.run(NearIsAskedFor.class);
    }

    @ParameterizedTest
    @CsvSource({
        "near, perhaps, expected true or false",
        "near_max_entries, 0, expected a whole number from 1 to 100000000",
        "near_max_entries, 1k, expected a whole number from 1 to 100000000",
        "near_max_bytes, 0, expected a size from 1 bytes to 1024 GiB",
        "near_lease, 10ms, expected a duration from 100ms to 1h"
    })
    void refusesWhatMakesNoSense(String setting, String value, String expected) {
        assertThat(Settings.problems(setting, value)).isEqualTo(List.of(setting + " = \"" + value + "\": " + expected));
    }
}
