package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.ClientsOfTests;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.resilience.GuardedClient;
import io.github.hibernateredis.resilience.ResilientStores;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
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

/** However many requests are sent while there is no server, the client connects again later. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BurstsInAnOutageIT {

    private static final int WRITES = 10_000;
    private static final int TRANSACTION = 50;
    private static final int THREADS = 8;
    private static final int OUTAGES = 3;

    private final RedisServer server = RedisServer.start();
    private final GuardedClient client =
            new GuardedClient(Duration.ofMillis(500), failure -> isRefusal(failure), CacheListener.NONE, Runnable::run);
    private final RedisStores redis = new RedisStores(
            ClientsOfTests.connect(Map.of("hibernate.cache.redis.url", server.url())),
            () -> CompletableFuture.completedFuture(null),
            new ConnectionChanges(),
            "test",
            Duration.ofSeconds(60),
            client,
            CacheListener.NONE);
    private final ResilientStores stores = new ResilientStores(redis, client, CacheListener.NONE);
    private final RegionStore region = stores.region(new RegionSpec("region", Duration.ofMinutes(10), 0, 1));
    private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void start() {
        // Loads the class that reports a failure now: a stack overflow while it loads would make it unusable for the
        // JVM.
        assertThat(new Throwable().getStackTrace()).isNotEmpty();
        heartbeats.scheduleWithFixedDelay(() -> region.heartbeat(List.of()).join(), 0, 100, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() {
        heartbeats.shutdownNow();
        stores.close();
        server.close();
    }

    private boolean isRefusal(Throwable failure) {
        return redis.isRefusal(failure);
    }

    private boolean isStored() {
        PutOutcome outcome = region.put(new Put("key", "value".getBytes(UTF_8), System.nanoTime(), Put.Mode.REPLACE))
                .join();
        return outcome == PutOutcome.STORED;
    }

    private void awaitStored() throws InterruptedException {
        while (!isStored()) {
            Thread.sleep(20); // between attempts; the test has a deadline
        }
    }

    private void assertThatItIsUsedAgain() throws InterruptedException {
        awaitStored();
        while (!(region.read("key", Snapshot.LATEST).join() instanceof Lookup.Hit)) {
            awaitStored();
        }
    }

    @Test
    void anyNumberOfTransactionsOneAfterTheOther() throws Exception {
        for (int outage = 0; outage < OUTAGES; outage++) {
            awaitStored();
            server.kill();
            for (int i = 0; i < WRITES; i++) {
                StoreKey key = new StoreKey(region.name(), Integer.toString(i));
                CompletableFuture<TransactionBegun> lock = stores.begin(
                        new TransactionBegin(List.of(new TransactionBegin.Lock(key, "lock", System.nanoTime())), null));
                if (i % TRANSACTION == 0) {
                    lock.join(); // as a session waits before its commit
                }
            }
            server.restartEmpty();
        }
        assertThatItIsUsedAgain();
    }

    /** Before any request has shown that there is no server. */
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
                        region.read(prefix + i, Snapshot.LATEST);
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
