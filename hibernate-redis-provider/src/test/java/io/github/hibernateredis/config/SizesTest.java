package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static io.github.hibernateredis.config.Settings.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    private static long maxValueSize(Object value) {
        return read("max_value_size", value).region("Product", null).maxValueSize();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "4096, 4096",
        "100B, 100",
        "512KB, 524288",
        "512kb, 524288",
        "1 KiB, 1024",
        "16MB, 16777216",
        "1MiB, 1048576",
        "2m, 2097152",
        "512MB, 536870912"
    })
    void readsSizes(String text, long bytes) {
        assertThat(maxValueSize(text)).isEqualTo(bytes);
    }

    @Test
    void readsNumbers() {
        assertThat(maxValueSize(2048)).isEqualTo(2048);
        assertThat(maxValueSize(2048L)).isEqualTo(2048);
    }

    @ParameterizedTest
    @ValueSource(strings = {"large", "1.5MB", "-1", "1 MBit", "", "10%", "none"})
    void refusesWhatIsNoSize(String text) {
        assertThat(problems("max_value_size", text)).singleElement().asString().contains("expected a size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "513MB", "1GB"})
    void refusesWhatIsOutOfBounds(String text) {
        assertThat(problems("max_value_size", text))
                .singleElement()
                .asString()
                .contains("expected a size from 1 bytes to 512 MiB");
    }

    @Test
    void refusesWhatIsTooLargeForANumber() {
        assertThat(problems("max_value_size", "999999999999999999GB"))
                .singleElement()
                .asString()
                .contains("too large");
    }

    @Test
    void isSetForARegionToo() {
        ProviderConfig config = read("max_value_size", "2MB", "region.Product.max_value_size", "64KB");
        assertThat(config.region("Product", null).maxValueSize()).isEqualTo(65536);
        assertThat(config.region("Order", null).maxValueSize()).isEqualTo(2 << 20);
        assertThat(read().region("Order", null).maxValueSize()).isEqualTo(1 << 20);
    }

    @Test
    void theRegionOfTheTablesHasNone() {
        assertThat(problems("region.default-update-timestamps-region.max_value_size", "1MB"))
                .singleElement()
                .asString()
                .contains("leave the setting out");
    }
}
