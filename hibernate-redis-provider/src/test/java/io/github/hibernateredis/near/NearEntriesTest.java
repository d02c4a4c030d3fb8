package io.github.hibernateredis.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.Stamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class NearEntriesTest {

    private static final Duration LEASE = Duration.ofSeconds(1);

    private static NearEntries filled(@Nullable Long maxBytes, int entries, int bytes) {
        NearEntries kept = new NearEntries(new RegionSpec.Near(100, maxBytes, LEASE));
        for (int i = 0; i < entries; i++) {
            kept.put("key" + i, entry(bytes));
        }
        return kept;
    }

    private static NearEntry entry(int bytes) {
        Lookup.Hit hit = new Lookup.Hit(
                new byte[bytes], new Stamp(1, "epoch"), 1000, new Invalidations("segment", "epoch", 0), true);
        return new NearEntry(hit, new NearSegment(1, () -> 0).generation(), 0, 1000);
    }

    @Test
    void keepsNoMoreEntriesThanItMay() {
        assertThat(filled(null, 1000, 10).size()).isEqualTo(100);
        assertThat(filled(1L << 30, 1000, 10).size()).isBetween(90L, 100L);
    }

    @Test
    void keepsNoMoreBytesThanItMay() {
        assertThat(filled(100_000L, 1000, 10_000).size()).isBetween(1L, 9L);
    }

    /** It may be kept for less time than the entry lives. */
    @Test
    void aHitKnowsBothItsEnds() {
        Lookup.Hit hit = new Lookup.Hit(
                new byte[1], new Stamp(1, "epoch"), 1000, 9000, new Invalidations("segment", "epoch", 0), false);
        NearEntry entry = new NearEntry(hit, new NearSegment(1, () -> 0).generation(), 0, 100);
        Lookup.Hit later = entry.hit(Duration.ofMillis(40).toNanos());
        assertThat(later.remainingMillis()).isEqualTo(60);
        assertThat(later.latestMillis()).isEqualTo(8960);
        assertThat(later.isNear()).isTrue();
    }

    @Test
    void isUsedOnlyOnceItIsConfirmed() {
        NearSegment segment = new NearSegment(LEASE.toNanos(), () -> 0);
        segment.heartbeat(new Invalidations("segment", "epoch", 0), 0);
        NearEntry entry = new NearEntry(entry(1).hit(), segment.generation(), 0, 1);
        assertThat(entry.isUsable(0)).isFalse();
        entry.confirm();
        assertThat(entry.isUsable(0)).isTrue();
        assertThat(entry.isUsable(999_999)).isTrue();
        assertThat(entry.isUsable(1_000_000)).as("expired").isFalse();
        segment.lost();
        assertThat(entry.isUsable(0)).isFalse();
    }
}
