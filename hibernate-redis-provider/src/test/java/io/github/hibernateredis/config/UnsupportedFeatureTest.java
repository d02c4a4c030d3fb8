package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnsupportedFeatureTest {

    private static final List<String> SCOPES = List.of("", "region.com.acme.Product.");

    @ParameterizedTest
    @MethodSource
    void refusesWhatIsNotBuilt(String name, Object value, String shown, String feature, String off) {
        for (String scope : SCOPES) {
            assertThat(problems(scope + name, value))
                    .containsExactly(scope + name + " = " + shown + ": " + feature
                            + " is not supported by this version; leave the setting out or set it to " + off);
        }
    }

    static Stream<Arguments> refusesWhatIsNotBuilt() {
        return Stream.of(
                arguments("max_idle", "10m", "\"10m\"", "expiry of idle entries", "none"),
                arguments(
                        "max_idle",
                        Duration.ofMinutes(1),
                        "PT1M (java.time.Duration)",
                        "expiry of idle entries",
                        "none"));
    }

    @ParameterizedTest
    @MethodSource
    void toleratesWhatIsOff(String name, List<Object> values) {
        for (String scope : SCOPES) {
            for (Object value : values) {
                assertThat(problems(scope + name, value)).isEmpty();
            }
        }
    }

    static Stream<Arguments> toleratesWhatIsOff() {
        return Stream.of(arguments("max_idle", List.of("none", "off", "0", "0s", 0, Duration.ZERO)));
    }
}
