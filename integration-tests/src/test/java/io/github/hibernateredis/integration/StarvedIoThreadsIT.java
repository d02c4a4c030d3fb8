package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.UnconfirmedWriteException;
import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.SharedRedis;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * The client's threads get no processor time, as in a JVM with far more busy threads than processors. Redis has
 * answered, but no thread has read the answer: this is no outage, unless it lasts long.
 */
class StarvedIoThreadsIT {

    private static final long TIMEOUT_MILLIS = 400;
    private static final long STARVED_MILLIS = 1_000;
    private static final long BLOCKED_MILLIS = 4_000;

    private static final RedissonClient CLIENT = Redisson.create(config());
    private static final Application NODE = Application.on("starved", Counter.class)
            .unset("hibernate.cache.redis.url")
            .set("hibernate.cache.redis.client", CLIENT)
            .set("hibernate.cache.redis.timeout", TIMEOUT_MILLIS + "ms")
            .set("hibernate.cache.redis.lock_timeout", "2s") // of the lock that reaches Redis too late
            .set("hibernate.cache.redis.outage_policy", "consistent")
            .start();

    private static Config config() {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(SharedRedis.url())
                .setRetryAttempts(0)
                .setTimeout(10_000);
        return config;
    }

    @AfterAll
    static void end() {
        NODE.close();
        CLIENT.shutdown();
    }

    @BeforeEach
    void insert() {
        NODE.transact(session -> session.merge(new Counter(1L, 0)));
        awaitHits();
    }

    private static void awaitHits() {
        while (!NODE.isCached(() -> NODE.find(Counter.class, 1L))) {
            Thread.onSpinWait(); // until the timeout of the test
        }
    }

    /** Keeps all I/O threads busy; returns when they are. */
    private static void occupy(long millis) throws InterruptedException {
        EventLoopGroup group = ((Redisson) CLIENT).getServiceManager().getGroup();
        int threads = 0;
        for (var ignored : group) {
            threads++;
        }
        CountDownLatch busy = new CountDownLatch(threads);
        group.forEach(thread -> thread.execute(() -> {
            busy.countDown();
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        busy.await();
    }

    @Test
    void aReadIsAHit() throws InterruptedException {
        occupy(STARVED_MILLIS);
        assertThat(NODE.isCached(() -> NODE.find(Counter.class, 1L))).isTrue();
    }

    @Test
    void aWriteIsConfirmed() throws InterruptedException {
        NODE.transact(session -> {
            Counter counter = session.find(Counter.class, 1L);
            occupyUnchecked(STARVED_MILLIS);
            counter.number++;
        });
        assertThat(NODE.isCached(() -> NODE.find(Counter.class, 1L))).isTrue();
    }

    @Test
    void threadsThatAreBlockedAreAnOutage() throws InterruptedException {
        occupy(BLOCKED_MILLIS);
        long begin = System.nanoTime();
        assertThatThrownBy(() -> NODE.transact(session -> session.find(Counter.class, 1L).number++))
                .hasStackTraceContaining(UnconfirmedWriteException.class.getName());
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertThat(millis)
                .as("both requests take one timeout more than the threads may")
                .isLessThan(BLOCKED_MILLIS);
        awaitHits();
    }

    private static void occupyUnchecked(long millis) {
        try {
            occupy(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
