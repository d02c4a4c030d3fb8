package io.github.hibernateredis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.Reload;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RedisCacheMetricsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MeteringListener listener = new MeteringListener(meters, Tags.of("entityManagerFactory", "shop"));

    private double count(String meter, String... tags) {
        return meters.get(meter)
                .tag("entityManagerFactory", "shop")
                .tags(tags)
                .counter()
                .count();
    }

    @Test
    void timesRequestsByOperationAndOutcome() {
        listener.request(RequestKind.READ, RequestOutcome.TIMED_OUT, 5_000_000);
        assertThat(meters.get(RedisCacheMetrics.REQUESTS)
                        .tags("operation", "read", "outcome", "timeout")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(5);
        assertThat(meters.find(RedisCacheMetrics.REQUESTS).timers())
                .hasSize(RequestKind.values().length * RequestOutcome.values().length);
    }

    @Test
    void countsWhatHappensInRegions() {
        listener.hit("a");
        listener.hit("b");
        listener.hit("b");
        listener.miss("a", MissReason.NO_EPOCH);
        listener.put("a", PutOutcome.SHED);
        listener.put("a", PutOutcome.SHED);
        listener.bypassed("b", BypassReason.OVERLOAD);
        listener.decodeFailed("a", "1");
        assertThat(count(RedisCacheMetrics.HITS, "region", "a")).isOne();
        assertThat(count(RedisCacheMetrics.HITS, "region", "b")).isEqualTo(2);
        assertThat(count(RedisCacheMetrics.MISSES, "region", "a", "reason", "no_epoch"))
                .isOne();
        assertThat(count(RedisCacheMetrics.PUTS, "region", "a", "result", "shed"))
                .isEqualTo(2);
        assertThat(count(RedisCacheMetrics.BYPASSES, "region", "b", "reason", "overload"))
                .isOne();
        assertThat(count(RedisCacheMetrics.DECODE_FAILURES, "region", "a")).isOne();
    }

    @Test
    void timesReloadsAndCountsStaleHits() {
        listener.reloaded("a", Reload.DONE, 1_000, null);
        listener.reloaded("a", Reload.FAILED, 2_000, new IllegalStateException());
        listener.staleHit("a");
        assertThat(meters.get(RedisCacheMetrics.RELOADS)
                        .tag("region", "a")
                        .tag("result", "failed")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isEqualTo(2_000);
        assertThat(count(RedisCacheMetrics.STALE_HITS, "region", "a")).isOne();
    }

    @Test
    void tellsLateHeartbeatsFromOthers() {
        listener.heartbeat(1, true);
        assertThat(meters.get(RedisCacheMetrics.HEARTBEATS)
                        .tag("late", "true")
                        .timer()
                        .count())
                .isOne();
        assertThat(meters.get(RedisCacheMetrics.HEARTBEATS)
                        .tag("late", "false")
                        .timer()
                        .count())
                .isZero();
    }
}
