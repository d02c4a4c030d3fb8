package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.CacheStatus.Availability;
import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.github.hibernateredis.resilience.ResilienceStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StatusListenerTest {

    private static final RuntimeException FAILURE = new IllegalStateException("no reply");

    private Instant now = Instant.EPOCH;
    private final StatusListener status = new StatusListener(
            new Clock() {
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
            },
            failure -> "failed: " + failure.getMessage());
    private final List<String> pending = new ArrayList<>();
    private final Map<String, BypassReason> bypassed = new HashMap<>();

    private CacheStatus status() {
        return status.status(
                "shop",
                Map.of("b", Map.of("ttl", "1h"), "a", Map.of()),
                new ResilienceStatus(true, List.of(), pending, bypassed),
                new CacheCounters().snapshot(),
                "cannot connect");
    }

    private void answer() {
        status.request(RequestKind.HEARTBEAT, RequestOutcome.ANSWERED, 1);
    }

    @Test
    void nothingIsUsedBeforeTheFirstAnswer() {
        assertThat(status().availability()).isEqualTo(Availability.NOT_CONNECTED);
        assertThat(status().reason()).isEqualTo("cannot connect");
        bypassed.put("b", BypassReason.UNCONFIRMED_SERVER);
        assertThat(status().bypassedRegions()).containsExactly("b");
        status.request(RequestKind.HEARTBEAT, RequestOutcome.TIMED_OUT, 1);
        assertThat(status().available()).isFalse();
        answer();
        assertThat(status().available()).isTrue();
        assertThat(status().reason()).isNull();
        assertThat(status().regions().get(1).settings()).containsEntry("ttl", "1h");
    }

    @Test
    void anOutageBeginsWhenTheBreakerOpensAndEndsWhenItCloses() {
        answer();
        now = Instant.ofEpochSecond(10);
        status.breakerChanged(BreakerState.CLOSED, BreakerState.OPEN, FAILURE);
        now = Instant.ofEpochSecond(11);
        status.breakerChanged(BreakerState.OPEN, BreakerState.HALF_OPEN, null);
        assertThat(status().availability()).isEqualTo(Availability.UNAVAILABLE);
        assertThat(status().since()).isEqualTo(Instant.ofEpochSecond(10));
        assertThat(status().breaker()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(status().breakerSince()).isEqualTo(Instant.ofEpochSecond(11));
        assertThat(status().reason()).isEqualTo("failed: no reply");
        now = Instant.ofEpochSecond(12);
        status.breakerChanged(BreakerState.HALF_OPEN, BreakerState.CLOSED, null);
        assertThat(status().available()).isTrue();
        assertThat(status().since()).isEqualTo(now);
        assertThat(status().reason()).isNull();
    }

    @Test
    void aServerThatRefusesWritesIsNotUsed() {
        answer();
        status.writesRefused(FAILURE);
        assertThat(status().availability()).isEqualTo(Availability.READ_ONLY);
        assertThat(status().reason()).isEqualTo("failed: no reply");
        status.breakerChanged(BreakerState.CLOSED, BreakerState.OPEN, new IllegalStateException("silence"));
        assertThat(status().reason()).isEqualTo("failed: silence");
        status.breakerChanged(BreakerState.OPEN, BreakerState.CLOSED, null);
        assertThat(status().reason()).isEqualTo("failed: no reply");
        status.writesAccepted();
        assertThat(status().available()).isTrue();
        assertThat(status().reason()).isNull();
    }

    @Test
    void theFirstWriteThatWasNotConfirmedIsReported() {
        answer();
        pending.add("a");
        bypassed.put("a", BypassReason.INVALIDATION_PENDING);
        status.invalidationPending("a", "an evict", FAILURE);
        now = Instant.ofEpochSecond(1);
        assertThat(status().available()).isTrue();
        assertThat(status().bypassedRegions()).containsExactly("a");
        assertThat(status().pendingInvalidations())
                .containsExactly(
                        new CacheStatus.PendingInvalidation("a", "an evict", Instant.EPOCH, "failed: no reply"));
        pending.clear();
        status.invalidationFlushed("a");
        assertThat(status().pendingInvalidations()).isEmpty();
        pending.add("a");
        status.invalidationPending("a", "a clear", FAILURE);
        assertThat(status().pendingInvalidations())
                .containsExactly(new CacheStatus.PendingInvalidation("a", "a clear", now, "failed: no reply"));
    }

    /** There is no event for this. */
    @Test
    void aRegionThatIsEmptiedBeforeItsFirstUseIsPending() {
        pending.add("a");
        assertThat(status().pendingInvalidations()).singleElement().satisfies(first -> {
            assertThat(first.owner()).isEqualTo("a");
            assertThat(first.since()).isEqualTo(Instant.EPOCH);
        });
    }
}
