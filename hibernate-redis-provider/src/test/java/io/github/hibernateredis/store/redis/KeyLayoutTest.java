package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every deployed version reads these names and buckets: they must not change by accident. */
final class KeyLayoutTest {

    @Test
    void theHashesOfARegionShareOneHashTag() {
        assertThat(KeyLayout.place("app", "com.acme.Order", 0, 1).data()).isEqualTo("app:{com.acme.Order}:data");
        assertThat(KeyLayout.place("app", "com.acme.Order", 0, 1).guards()).isEqualTo("app:{com.acme.Order}:guards");
        assertThat(KeyLayout.tables("app", "timestamps")).isEqualTo("app:{timestamps}:tables");
    }

    @Test
    void bracesInANameNeitherEndTheTagNorCollide() {
        assertThat(KeyLayout.place("app", "a}b{c%", 0, 1).data()).isEqualTo("app:{a%7Db%7Bc%25}:data");
        assertThat(KeyLayout.place("app", "a}", 0, 1).data())
                .isNotEqualTo(KeyLayout.place("app", "a%7D", 0, 1).data());
    }

    @Test
    void aKeyHasTheSameBucketEverywhere() {
        assertThat(KeyLayout.bucket("42", 1024)).isEqualTo(136);
        assertThat(KeyLayout.bucket("schlüssel", 1024)).isEqualTo(KeyLayout.bucket("schl\u00fcssel", 1024));
    }

    @Test
    void theHashesOfASegmentShareOneHashTagThatIsNoOtherRegions() {
        KeyLayout.Place segment = KeyLayout.place("app", "com.acme.Order", 3, 16);
        assertThat(segment.data()).isEqualTo("app:{com.acme.Order#3}:data");
        assertThat(segment.guards()).isEqualTo("app:{com.acme.Order#3}:guards");
        assertThat(segment.segments()).isEqualTo(16);
        assertThat(KeyLayout.layout("app", "com.acme.Order")).isEqualTo("app:{com.acme.Order}:layout");
        assertThat(KeyLayout.place("app", "com.acme.Order#3", 0, 1).data()).isNotEqualTo(segment.data());
    }

    @Test
    void segmentsShareTheFloorsOut() {
        assertThat(KeyLayout.place("app", "a", 0, 16).buckets()).isEqualTo(64);
        assertThat(KeyLayout.place("app", "a", 0, 1024).buckets()).isEqualTo(16);
    }

    @Test
    void aKeyIsInTheSameSegmentEverywhere() {
        assertThat(KeyLayout.segmentOf("42", 16)).isEqualTo(8);
        assertThat(KeyLayout.segmentOf("42", 1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16, 1000, 1024})
    void keysSpreadOverTheSegmentsAndThoseOfEachOverItsBuckets(int segments) {
        int buckets = KeyLayout.place("app", "a", 0, segments).buckets();
        int[][] keys = new int[segments][buckets];
        int perBucket = 20;
        for (int i = 0; i < segments * buckets * perBucket; i++) {
            keys[KeyLayout.segmentOf(Integer.toString(i), segments)][KeyLayout.bucket(Integer.toString(i), buckets)]++;
        }
        for (int[] segment : keys) {
            assertThat(Arrays.stream(segment).sum() / (double) (buckets * perBucket))
                    .isBetween(0.7, 1.3);
            assertThat(Arrays.stream(segment).filter(count -> count > 0).count())
                    .isGreaterThan(buckets * 9 / 10);
        }
    }

    @Test
    void keysSpreadOverTheBuckets() {
        assertThat(IntStream.range(0, 10_000)
                        .map(i -> KeyLayout.bucket("key " + i, 1024))
                        .distinct()
                        .count())
                .isGreaterThan(1000);
        assertThat(IntStream.range(0, 10_000).map(i -> KeyLayout.bucket("key " + i, 1024)))
                .allMatch(bucket -> bucket >= 0 && bucket < 1024);
    }
}
