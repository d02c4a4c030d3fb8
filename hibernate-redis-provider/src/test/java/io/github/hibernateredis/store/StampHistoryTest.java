package io.github.hibernateredis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StampHistoryTest {

    private static final long MILLI = 1_000_000;

    private final StampHistory history = new StampHistory();

    @Test
    void anEmptyHistoryKnowsNothing() {
        assertThat(history.asOf(0)).isNull();
        assertThat(history.newest()).isNull();
    }

    /** {@link System#nanoTime()} may be anything, and may overflow. */
    @ParameterizedTest
    @ValueSource(longs = {0, -50 * MILLI, Long.MAX_VALUE - 10 * MILLI, Long.MIN_VALUE})
    void answersWithTheNewestStampThatHadArrived(long start) {
        history.arrived(stamp(1), start, true);
        history.arrived(stamp(2), start + 20 * MILLI, true);
        history.arrived(stamp(3), start + 40 * MILLI, true);

        assertThat(history.asOf(start - 1)).isNull();
        assertThat(history.asOf(start)).isEqualTo(stamp(1));
        assertThat(history.asOf(start + 20 * MILLI - 1)).isEqualTo(stamp(1));
        assertThat(history.asOf(start + 20 * MILLI)).isEqualTo(stamp(2));
        assertThat(history.asOf(start + 39 * MILLI)).isEqualTo(stamp(2));
        assertThat(history.asOf(start + 1000 * MILLI)).isEqualTo(stamp(3));
        assertThat(history.newest()).isEqualTo(stamp(3));
    }

    @Test
    void aStampThatIsNoNewsChangesNothing() {
        history.arrived(stamp(5), 0, true);
        history.arrived(stamp(5), 20 * MILLI, true);
        history.arrived(stamp(4), 40 * MILLI, true);

        assertThat(history.newest()).isEqualTo(stamp(5));
        assertThat(history.asOf(50 * MILLI)).isEqualTo(stamp(5));
        assertThat(history.asOf(0)).isEqualTo(stamp(5));
    }

    @Test
    void anotherIncarnationIsNewsThoughItsNumbersAreLower() {
        history.arrived(new Stamp(5, "a"), 0, true);
        history.arrived(new Stamp(1, "b"), 20 * MILLI, true);

        assertThat(history.newest()).isEqualTo(new Stamp(1, "b"));
        assertThat(history.asOf(19 * MILLI)).isEqualTo(new Stamp(5, "a"));
    }

    @Test
    void arrivalsThatAreNotedInTheWrongOrderKeepTheHistorySorted() {
        history.arrived(stamp(1), 50 * MILLI, true);
        history.arrived(stamp(2), 20 * MILLI, true);

        assertThat(history.asOf(20 * MILLI)).as("later than it arrived is safe").isNull();
        assertThat(history.asOf(50 * MILLI)).isEqualTo(stamp(2));
    }

    @Test
    void theNewestStampsAreRememberedExactly() {
        history.arrived(stamp(1), 0, true);
        history.arrived(stamp(2), MILLI, true);
        history.arrived(stamp(3), MILLI + 1, true);
        history.arrived(stamp(4), MILLI + 2, true);

        assertThat(history.asOf(MILLI - 1)).isEqualTo(stamp(1));
        assertThat(history.asOf(MILLI)).isEqualTo(stamp(2));
        assertThat(history.asOf(MILLI + 1)).isEqualTo(stamp(3));
        assertThat(history.asOf(MILLI + 2)).isEqualTo(stamp(4));
    }

    @Test
    void withinTheGrainAnOlderStampIsGivenAndNeverANewerOne() {
        for (int i = 0; i < 1000; i++) {
            history.arrived(stamp(i), i * MILLI, true);
        }
        for (int i = 0; i < 1000; i++) {
            Stamp known = history.asOf(i * MILLI);
            assertThat(known.number()).isBetween(Math.max(0, i - 10L), (long) i);
        }
        assertThat(history.asOf(980 * MILLI)).isEqualTo(stamp(980));
    }

    /** An invalidation, a session that opens right after it, and a long batch of inserts that this session commits. */
    @Test
    void theLastStampBeforeAPauseIsNotForgottenInTheBurstThatFollows() {
        history.arrived(stamp(1), 0, true);
        history.arrived(stamp(2), 3 * MILLI, true);
        for (int i = 0; i < 10_000; i++) {
            history.arrived(stamp(3 + i), 30 * MILLI + i * MILLI / 10, true);
        }
        assertThat(history.asOf(4 * MILLI)).isEqualTo(stamp(2));
    }

    /** An invalidation in the midst of loads, and a session that opens right after it and loads much. */
    @Test
    void theStampOfAWriteIsNotForgottenAmongThoseOfLoads() {
        for (int i = 0; i < 20_000; i++) {
            history.arrived(stamp(i), i * MILLI / 10, i == 10_000);
        }
        assertThat(history.asOf(1000 * MILLI)).isEqualTo(stamp(10_000));
        assertThat(history.asOf(1000 * MILLI + MILLI / 20)).isEqualTo(stamp(10_000));
        assertThat(history.asOf(1000 * MILLI - 1).number()).isBetween(9_900L, 9_999L);
    }

    @Test
    void remembersSecondsOfABusySegment() {
        int last = 200_000;
        for (int i = 0; i <= last; i++) {
            history.arrived(stamp(i), i * MILLI / 10, true);
        }
        for (long moment = 0; moment <= last / 10; moment += 100) {
            assertThat(history.asOf(moment * MILLI).number())
                    .as("the stamp after %s ms", moment)
                    .isBetween(moment * 10 - 10_000, moment * 10);
        }
    }

    @Test
    void remembersSecondsForHoursAndMinutesForDays() {
        long days = 2;
        long last = days * 24 * 3600;
        for (long i = 0; i <= last; i++) {
            history.arrived(stamp(i), i * 1000 * MILLI, true);
        }
        for (long age = 0; age < 4 * 3600; age += 13) {
            assertThat(history.asOf((last - age) * 1000 * MILLI).number()).isBetween(last - age - 1, last - age);
        }
        for (long age = 4 * 3600; age <= last - 60; age += 59) {
            assertThat(history.asOf((last - age) * 1000 * MILLI).number()).isBetween(last - age - 60, last - age);
        }
    }

    /** An invalidation, a pause, a session that begins, and many writes from then on. */
    @Test
    void theLastStampBeforeALongSessionIsNotForgotten() {
        history.arrived(stamp(1), 0, true);
        history.arrived(stamp(2), 100 * MILLI, true);
        for (int i = 0; i < 20_000; i++) {
            history.arrived(stamp(3 + i), (2000 + i * 10L) * MILLI, true);
        }
        assertThat(history.asOf(1900 * MILLI)).isEqualTo(stamp(2));
    }

    @Test
    void nobodyEverSeesAStampFromAfterItsMoment() throws Exception {
        AtomicLong clock = new AtomicLong();
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                done.add(pool.submit(() -> {
                    for (int i = 0; i < 50_000; i++) {
                        long number = clock.incrementAndGet();
                        // Arrives no earlier than it was issued: its moment is its number or later.
                        history.arrived(stamp(number), clock.get() * MILLI, true);
                        long moment = clock.get();
                        Stamp known = history.asOf(moment * MILLI);
                        assertThat(known == null ? 0 : known.number()).isLessThanOrEqualTo(moment);
                        Stamp older = history.asOf((moment - 30) * MILLI);
                        assertThat(older == null ? 0 : older.number()).isLessThanOrEqualTo(Math.max(0, moment - 30));
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(history.newest()).isEqualTo(stamp((int) clock.get()));
    }

    @Test
    void aStampIsReadAsItIsWritten() {
        Stamp stamp = new Stamp(1_795_000_000_123_456L, "00ff");
        assertThat(Stamp.parse(stamp.toString())).isEqualTo(stamp);
    }

    @Test
    void stampsCompareWithinTheirIncarnationOnly() {
        assertThat(stamp(2).isAtLeast(stamp(1))).isTrue();
        assertThat(stamp(2).isAtLeast(stamp(2))).isTrue();
        assertThat(stamp(1).isAtLeast(stamp(2))).isFalse();
        assertThat(new Stamp(2, "b").isAtLeast(new Stamp(1, "a"))).isFalse();
    }

    private static Stamp stamp(long number) {
        return new Stamp(number, "a");
    }
}
