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

    /** {@link System#nanoTime()} may have any value, and may overflow. */
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
    void anotherEpochIsNewsThoughItsNumbersAreLower() {
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

    /** An invalidation among many loads, and a session that opens right after it and loads much. */
    @Test
    void theStampOfAWriteIsNotForgottenAmongThoseOfLoads() {
        for (int i = 0; i < 20_000; i++) {
            history.arrived(stamp(i), i * MILLI / 10, i == 10_000);
        }
        assertThat(history.asOf(1000 * MILLI)).isEqualTo(stamp(10_000));
        assertThat(history.asOf(1000 * MILLI + MILLI / 20)).isEqualTo(stamp(10_000));
        assertThat(history.asOf(1000 * MILLI - 1).number()).isBetween(9_900L, 9_999L);
    }

    /** A long batch of reads stores what it reads, even though others write all the time. */
    @Test
    void remembersOneStampASecondForHoursAndThenOneAMinute() {
        int perSecond = 100;
        int seconds = 30 * 3600;
        for (int i = 0; i <= seconds * perSecond; i++) {
            history.arrived(stamp(i), i * (1000 * MILLI / perSecond), true);
        }
        for (int age = 0; age < 24 * 3600; age += 7) {
            long moment = (seconds - age) * 1000 * MILLI;
            long exact = (long) (seconds - age) * perSecond;
            long grain = age < 3 ? 1 : age < 4 * 3600 ? 2L * perSecond : 62L * perSecond;
            assertThat(history.asOf(moment)).as("%d s ago", age).isNotNull();
            assertThat(history.asOf(moment).number()).as("%d s ago", age).isBetween(exact - grain, exact);
        }
    }

    @Test
    void forgetsAtLast() {
        for (int i = 0; i < 100 * 3600; i++) {
            history.arrived(stamp(i), i * 1000 * MILLI, true);
        }
        assertThat(history.asOf(0)).isNull();
    }

    @Test
    void anotherEpochEndsWhatIsRememberedOfLongAgo() {
        for (int i = 0; i < 10_000; i++) {
            history.arrived(new Stamp(i, i < 5_000 ? "a" : "b"), i * 1000 * MILLI, true);
        }
        assertThat(history.asOf(4_000 * 1000 * MILLI)).isNull();
        assertThat(history.asOf(6_000 * 1000 * MILLI)).isEqualTo(new Stamp(6_000, "b"));
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
                        // A stamp never arrives before it was issued: the time of arrival is its number or later.
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
    void stampsCompareWithinTheirEpochOnly() {
        assertThat(stamp(2).isAtLeast(stamp(1))).isTrue();
        assertThat(stamp(2).isAtLeast(stamp(2))).isTrue();
        assertThat(stamp(1).isAtLeast(stamp(2))).isFalse();
        assertThat(new Stamp(2, "b").isAtLeast(new Stamp(1, "a"))).isFalse();
    }

    private static Stamp stamp(long number) {
        return new Stamp(number, "a");
    }
}
