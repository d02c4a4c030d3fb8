package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.StoredValue;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Reads are reported, seldom, and an entry goes when its last read is about as long ago as it may be. */
class MaxIdleIT {

    private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

    private final Limit.Store store = new Limit.Store(Edits.none());

    /** Waits for a report, which nobody waits for otherwise. */
    private static void await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as(what).isLessThan(REPORT_NANOS);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aReadIsReportedIfTheLastReportIsLongAgo() {
        Limit.Region region = store.region(Limit.Store.IDLE, 0);
        region.put("key");
        region.age("key", Limit.Store.IDLE.dividedBy(16));
        int before = store.unawaited.get();
        assertThat(region.isHit("key")).isTrue();
        assertThat(store.unawaited).hasValue(before);

        region.age("key", Limit.Store.IDLE.dividedBy(2));
        long expiry = region.stored("key").expiry();
        assertThat(region.isHit("key")).isTrue();
        assertThat(store.unawaited).hasValue(before + 1);
        await("report", () -> region.stored("key").expiry() > expiry);
        assertThat(region.isHit("key")).isTrue();
        assertThat(store.unawaited).hasValue(before + 1);
    }

    /** An entry that cannot live longer however often it is read is not reported any more. */
    @Test
    void theLastPartOfAnEntrysLifeIsNotReported() {
        Limit.Region region = store.region(Limit.Store.IDLE, 0);
        region.put("key");
        region.age("key", Limit.Store.IDLE.dividedBy(2));
        region.endTtlWithIt("key");
        int before = store.unawaited.get();
        for (int i = 0; i < 100; i++) {
            assertThat(region.isHit("key")).isTrue();
        }
        assertThat(store.unawaited).hasValue(before);
    }

    @Test
    void aRegionWithoutItReportsNothing() {
        Limit.Region region = store.region(null, 0);
        region.put("key");
        assertThat(region.raw("key")[0]).isEqualTo(StoredValue.FORMAT);
        int before = store.unawaited.get();
        region.age("key", Limit.Store.IDLE);
        assertThat(region.isHit("key")).isTrue();
        assertThat(store.unawaited).hasValue(before);
    }

    /** What goes by the millisecond is the end of an entry's time, as it stands in Redis, less its last read. */
    @Test
    void anEntryGoesUpToAnEighthTooEarlyAndNeverTooLate() {
        Duration idle = Duration.ofMillis(1_600);
        Limit.Region region = store.region(idle, 0);
        int keys = 100;
        for (int i = 0; i < keys; i++) {
            region.put("key" + i);
        }
        int before = store.unawaited.get();
        long[] lastRead = new long[keys];
        Random random = new Random(42);
        long begin = System.nanoTime();
        int reads = 0;
        while (System.nanoTime() - begin < 2 * idle.toNanos()) {
            int key = random.nextInt(keys);
            lastRead[key] = Limit.Store.millis();
            assertThat(region.isHit("key" + key)).isTrue();
            reads++;
        }
        int reports = store.unawaited.get() - before;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < keys; i++) {
            long lives = region.stored("key" + i).expiry() - lastRead[i];
            shortest = Math.min(shortest, lives);
            longest = Math.max(longest, lives);
        }
        System.out.printf(
                "max_idle %d ms: %d reads of %d entries, %d requests with reports;"
                        + " an entry goes %d to %d ms after its last read%n",
                idle.toMillis(), reads, keys, reports, shortest, longest);
        assertThat(reports).isLessThanOrEqualTo(2 * 9 * keys);
        assertThat(shortest).isGreaterThan(idle.toMillis() * 7 / 8 - 100);
        assertThat(longest).isLessThan(idle.toMillis() + 100);
    }
}
