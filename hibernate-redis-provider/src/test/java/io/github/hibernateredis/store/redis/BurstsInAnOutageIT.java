package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.ClientsOfTests;
import io.github.hibernateredis.resilience.ResilientStores;
import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However much is asked of the client while there is no server, it connects again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BurstsInAnOutageIT {

    private static final int WRITES = 10_000;
    private static final int TRANSACTION = 50;
    private static final int THREADS = 8;
    private static final int OUTAGES = 3;

    private final RedisServer server = RedisServer.start();
    private final ResilientStores stores = new ResilientStores(
            new RedisStores(
                    ClientsOfTests.connect(Map.of("hibernate.cache.redis.url", server.url())),
                    () -> CompletableFuture.completedFuture(null),
                    new ConnectionChanges(),
                    "test",
                    Duration.ofSeconds(60)),
            Duration.ofMillis(500));
    private final KeyedRegion region = stores.region("region", Duration.ofMinutes(10), 0, 1);
    private final ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void start() {
        // What reports a failure is to be loaded: a class that a stack overflow keeps from that is lost to the JVM.
        assertThat(new Throwable().getStackTrace()).isNotEmpty();
        pulse.scheduleWithFixedDelay(() -> region.heartbeat(List.of()).join(), 0, 100, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() {
        pulse.shutdownNow();
        stores.close();
        server.close();
    }

    private CompletableFuture<Boolean> put() {
        return region.put("key", "value".getBytes(UTF_8), System.nanoTime());
    }

    private void awaitStored() throws InterruptedException {
        while (!put().join()) {
            Thread.sleep(20); // between attempts; the deadline is the test's
        }
    }

    private void assertThatItIsUsedAgain() throws InterruptedException {
        awaitStored();
        while (region.get("key").join() == null) {
            awaitStored();
        }
        assertThat(region.get("key").join()).asString(UTF_8).isEqualTo("value");
    }

    @Test
    void anyNumberOfTransactionsOneAfterTheOther() throws Exception {
        for (int outage = 0; outage < OUTAGES; outage++) {
            awaitStored();
            server.kill();
            for (int i = 0; i < WRITES; i++) {
                CompletableFuture<Boolean> lock = region.lock(Integer.toString(i), "lock", System.nanoTime());
                if (i % TRANSACTION == 0) {
                    lock.join(); // a session waits before it commits
                }
            }
            server.restartEmpty();
        }
        assertThatItIsUsedAgain();
    }

    /** Before anybody knows that there is no server. */
    @Test
    void manyAtOnceOfManyThreads() throws Exception {
        for (int outage = 0; outage < OUTAGES; outage++) {
            awaitStored();
            server.kill();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                String prefix = outage + "-" + t + "-";
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < WRITES; i++) {
                        region.get(prefix + i);
                        region.evict(prefix + i);
                    }
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            server.restartEmpty();
        }
        assertThatItIsUsedAgain();
    }
}
