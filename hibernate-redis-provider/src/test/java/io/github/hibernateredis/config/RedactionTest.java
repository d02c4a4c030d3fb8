package io.github.hibernateredis.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://bob:hunter2@h:1",
                "redis://:hunter2@h",
                "redis://hunter2@h",
                "rediss://bob:x@hunter2@h",
                "redis://bob:x/hunter2@h",
                "redis://bob:x,redis://hunter2@h",
                "redis://bob:hunter2",
                "redis://:hunter2",
                "redis://[::1]:hunter2",
                "redis://a:1,redis://bob:hunter2",
                "redis://h:1?password=hunter2",
                "redis://x@h:1?password=hunter2",
                "bob:hunter2@h:1",
                "hunter2@h"
            })
    void hidesWhateverMayBeAPassword(String text) {
        assertThat(Redaction.redact(text)).doesNotContain("hunter2").contains("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://h",
                "redis://h:6379/2",
                "redis://a:1,redis://b:2",
                "redis://a:1, redis://b:2",
                "redis://[::1]:6379",
                "classpath:redisson.yaml",
                "10:30"
            })
    void leavesTheRest(String text) {
        assertThat(Redaction.redact(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"redis://bob:pw@h:1/2, redis://***@h:1/2", "'redis://a:pw@h,redis://b:pw@i', redis://***@i"})
    void keepsTheHost(String text, String redacted) {
        assertThat(Redaction.redact(text)).isEqualTo(redacted);
    }
}
