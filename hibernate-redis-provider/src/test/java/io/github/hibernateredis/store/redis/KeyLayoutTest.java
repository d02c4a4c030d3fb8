package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Names and buckets are read by every version that is deployed: they must not change by accident. */
final class KeyLayoutTest {

    @Test
    void theHashesOfARegionShareOneHashTag() {
        assertThat(KeyLayout.data("app", "com.acme.Order")).isEqualTo("app:{com.acme.Order}:data");
        assertThat(KeyLayout.guards("app", "com.acme.Order")).isEqualTo("app:{com.acme.Order}:guards");
        assertThat(KeyLayout.tables("app", "timestamps")).isEqualTo("app:{timestamps}:tables");
    }

    @Test
    void bracesInANameNeitherEndTheTagNorCollide() {
        assertThat(KeyLayout.data("app", "a}b{c%")).isEqualTo("app:{a%7Db%7Bc%25}:data");
        assertThat(KeyLayout.data("app", "a}")).isNotEqualTo(KeyLayout.data("app", "a%7D"));
    }

    @Test
    void aKeyHasTheSameBucketEverywhere() {
        assertThat(KeyLayout.bucket("42")).isEqualTo(136);
        assertThat(KeyLayout.bucket("schlüssel")).isEqualTo(KeyLayout.bucket("schl\u00fcssel"));
    }

    @Test
    void keysSpreadOverTheBuckets() {
        assertThat(IntStream.range(0, 10_000)
                        .map(i -> KeyLayout.bucket("key " + i))
                        .distinct()
                        .count())
                .isGreaterThan(1000);
        assertThat(IntStream.range(0, 10_000).map(i -> KeyLayout.bucket("key " + i)))
                .allMatch(bucket -> bucket >= 0 && bucket < 1024);
    }
}
