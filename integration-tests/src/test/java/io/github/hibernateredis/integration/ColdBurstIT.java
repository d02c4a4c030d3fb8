package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;

/** If writes need confirmation by Redis, a burst of writes in a newly started JVM is slow, but none is rejected. */
class ColdBurstIT {

    private static final int THREADS = 200;
    private static final int WRITES = 1_000;
    private static final String DONE = "rejected: ";

    /** The application. */
    static final class Burst {

        private Burst() {}

        public static void main(String[] arguments) throws Exception {
            try (Application node = Application.on("cold-burst", Counter.class)
                    .set("hibernate.cache.redis.url", arguments[0])
                    .unset("hibernate.cache.redis.timeout")
                    .set("hibernate.cache.redis.outage_policy", "consistent")
                    .set(AvailableSettings.POOL_SIZE, String.valueOf(THREADS))
                    .countNoStatements()
                    .start()) {
                node.transact(session -> {
                    for (long id = 0; id < WRITES; id++) {
                        session.persist(new Counter(id, 0));
                    }
                });
                System.out.println(DONE + burst(node));
            }
        }

        private static int burst(Application node) throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(THREADS);
            CountDownLatch start = new CountDownLatch(THREADS);
            List<Future<?>> writes = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                writes.add(pool.submit(() -> {
                    start.countDown();
                    start.await();
                    for (long id = first; id < WRITES; id += THREADS) {
                        long mine = id;
                        node.transact(session -> session.find(Counter.class, mine).number++);
                    }
                    return null;
                }));
            }
            int rejected = 0;
            for (Future<?> write : writes) {
                try {
                    write.get();
                } catch (ExecutionException e) {
                    rejected++;
                }
            }
            pool.shutdownNow();
            return rejected;
        }
    }

    @Test
    void noWriteIsRejected() {
        try (ForkedJvm jvm = ForkedJvm.start(Burst.class, SharedRedis.url())) {
            assertThat(jvm.await(DONE, Duration.ofMinutes(3))).isEqualTo("0");
        }
    }
}
