package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.CacheStatus.Availability;
import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StatusListenerTest {

    private static final RuntimeException FAILURE = new IllegalStateException("no reply");

    private Instant now = Instant.EPOCH;
    private final CacheCounters counters = new CacheCounters();
    private final StatusListener status = new StatusListener(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });
    private final CacheListener cache = new Listeners(List.of(status, counters));

    private CacheStatus status() {
        return status.status("shop", Map.of("b", Map.of("ttl", "1h"), "a", Map.of()), counters);
    }

    private void answer() {
        cache.request(RequestKind.HEARTBEAT, RequestOutcome.ANSWERED, 1);
    }

    @Test
    void nothingIsUsedBeforeTheFirstAnswer() {
        assertThat(status().availability()).isEqualTo(Availability.NOT_CONNECTED);
        assertThat(status().bypassedRegions()).containsExactly("a", "b");
        cache.request(RequestKind.HEARTBEAT, RequestOutcome.TIMED_OUT, 1);
        assertThat(status().available()).isFalse();
        answer();
        assertThat(status().available()).isTrue();
        assertThat(status().bypassedRegions()).isEmpty();
        assertThat(status().regions().get(1).settings()).containsEntry("ttl", "1h");
    }

    @Test
    void anOutageBeginsWhenTheBreakerOpensAndEndsWhenItCloses() {
        answer();
        now = Instant.ofEpochSecond(10);
        cache.breakerChanged(BreakerState.CLOSED, BreakerState.OPEN, FAILURE);
        now = Instant.ofEpochSecond(11);
        cache.breakerChanged(BreakerState.OPEN, BreakerState.HALF_OPEN, null);
        assertThat(status().availability()).isEqualTo(Availability.UNAVAILABLE);
        assertThat(status().since()).isEqualTo(Instant.ofEpochSecond(10));
        assertThat(status().breaker()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(status().breakerSince()).isEqualTo(Instant.ofEpochSecond(11));
        assertThat(status().reason()).contains("no reply");
        assertThat(status().regions()).extracting(CacheStatus.Region::bypass).containsOnly(BypassReason.OUTAGE);
        now = Instant.ofEpochSecond(12);
        cache.breakerChanged(BreakerState.HALF_OPEN, BreakerState.CLOSED, null);
        assertThat(status().available()).isTrue();
        assertThat(status().since()).isEqualTo(now);
        assertThat(status().reason()).isNull();
    }

    @Test
    void aServerThatRefusesWritesIsNotUsed() {
        answer();
        cache.writesRefused(FAILURE);
        assertThat(status().availability()).isEqualTo(Availability.READ_ONLY);
        assertThat(status().reason()).contains("no reply");
        cache.writesAccepted();
        assertThat(status().available()).isTrue();
        assertThat(status().reason()).isNull();
    }

    @Test
    void aRegionIsBypassedUntilItHasBeenInvalidated() {
        answer();
        cache.invalidationPending("a", "an evict", FAILURE);
        now = Instant.ofEpochSecond(1);
        cache.invalidationPending("a", "a clear", FAILURE);
        assertThat(status().available()).isTrue();
        assertThat(status().bypassedRegions()).containsExactly("a");
        assertThat(status().pendingInvalidations())
                .containsExactly(
                        new CacheStatus.PendingInvalidation("a", "an evict", Instant.EPOCH, FAILURE.toString()));
        cache.invalidationFlushed("a");
        assertThat(status().bypassedRegions()).isEmpty();
        assertThat(status().pendingInvalidations()).isEmpty();
    }

    @Test
    void everythingIsCounted() {
        answer();
        cache.hit("a");
        cache.miss("a", MissReason.EXPIRED);
        cache.put("a", PutOutcome.SHED);
        cache.bypassed("a", BypassReason.OUTAGE);
        cache.evicted("a");
        cache.cleared("a");
        cache.decodeFailed("a", "1");
        cache.heartbeat(1, true);
        CacheCounters.Snapshot counted = status().counters();
        assertThat(counted.hits()).isOne();
        assertThat(counted.misses()).containsEntry(MissReason.EXPIRED, 1L).containsEntry(MissReason.ABSENT, 0L);
        assertThat(counted.puts()).containsEntry(PutOutcome.SHED, 1L);
        assertThat(counted.requests()).containsEntry(RequestOutcome.ANSWERED, 1L);
        assertThat(counted.bypasses()).isOne();
        assertThat(counted.evictions()).isOne();
        assertThat(counted.clears()).isOne();
        assertThat(counted.decodeFailures()).isOne();
        assertThat(counted.lateHeartbeats()).isOne();
    }

    @Test
    void aListenerThatFailsHarmsNobody() {
        Listeners listeners = new Listeners(List.of(
                new CacheListener() {
                    @Override
                    public void hit(String region) {
                        throw FAILURE;
                    }
                },
                counters));
        listeners.hit("a");
        listeners.hit("a");
        assertThat(counters.snapshot().hits()).isEqualTo(2);
    }
}
