package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.ClientsOfTests;
import io.github.hibernateredis.resilience.ResilientStores;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What writes do to the client while there is no server. */
final class WritesInAnOutageIT {

    private static final int WRITES = 10_000;
    private static final int TRANSACTION = 50;

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anyNumberOfThemLeavesAClientThatConnectsAgain() throws Exception {
        ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor();
        try (RedisServer server = RedisServer.start();
                ResilientStores stores = new ResilientStores(
                        new RedisStores(
                                ClientsOfTests.connect(Map.of("hibernate.cache.redis.url", server.url())),
                                () -> CompletableFuture.completedFuture(null),
                                new ConnectionChanges(),
                                "test",
                                Duration.ofSeconds(60)),
                        Duration.ofMillis(500))) {
            RegionStore region = stores.region("region", Duration.ofMinutes(10), 0, 1);
            pulse.scheduleWithFixedDelay(() -> region.pulse(List.of()).join(), 0, 100, TimeUnit.MILLISECONDS);
            for (int outage = 0; outage < 3; outage++) {
                while (!region.put("key", "value".getBytes(UTF_8), System.nanoTime())
                        .join()) {
                    Thread.sleep(20);
                }
                server.kill();
                for (int i = 0; i < WRITES; i++) {
                    CompletableFuture<Boolean> lock = region.lock(Integer.toString(i), "lock", System.nanoTime());
                    if (i % TRANSACTION == 0) {
                        lock.join(); // a session waits before it commits
                    }
                }
                server.restartEmpty();
            }
            while (region.get("key").join() == null) {
                Thread.sleep(20);
                region.put("key", "value".getBytes(UTF_8), System.nanoTime());
            }
            assertThat(region.get("key").join()).asString(UTF_8).isEqualTo("value");
        } finally {
            pulse.shutdownNow();
        }
    }
}
