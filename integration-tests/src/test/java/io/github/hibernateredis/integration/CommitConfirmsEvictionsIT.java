package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.integration.model.LooseCounter;
import io.github.hibernateredis.integration.model.Numbered;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.hibernate.Session;
import org.hibernate.SessionEventListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit returns after the server has confirmed that the outdated entries are dropped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitConfirmsEvictionsIT {

    private static final String NAME = "commit-confirms";
    private static final long PAUSE_MILLIS = 3_000;
    private static final long DELAY_MILLIS = 500;

    private Cable cable;
    private Application one;

    @BeforeAll
    void start() throws IOException {
        cable = Cable.to(URI.create(SharedRedis.url()).getPort());
        one = Application.on(NAME, LooseCounter.class, Counter.class)
                .set("hibernate.cache.redis.url", cable.url())
                .set("hibernate.cache.redis.timeout", "20s")
                .start();
        one.transact(session -> {
            session.persist(new LooseCounter(1, 0));
            session.persist(new Counter(1, 0));
        });
    }

    @AfterAll
    void stop() throws IOException {
        one.close();
        cable.close();
    }

    /**
     * The heartbeat comes while the transaction is completing, and finds the requests that are about to be sent. Its
     * answer comes late, and by then the server no longer writes.
     */
    @ParameterizedTest
    @ValueSource(classes = {LooseCounter.class, Counter.class})
    void alsoIfAHeartbeatComesInBetween(Class<? extends Numbered> type) {
        String data = NAME + ":{" + type.getName() + "}:data";
        for (int i = 0; i < 3; i++) {
            one.find(type, 1L);
        }
        try (RedisCommands redis = SharedRedis.connect();
                Session session = one.factory().openSession()) {
            session.beginTransaction();
            Numbered counter = session.find(type, 1L);
            long before = counter.number();
            counter.number(before + 1);
            session.flush();
            session.addEventListeners(new SessionEventListener() {
                private static final long serialVersionUID = 1L;

                @Override
                public void transactionCompletion(boolean successful) {
                    cable.slow(Duration.ofMillis(DELAY_MILLIS));
                    long beats = scripts(redis);
                    while (scripts(redis) == beats) {
                        Thread.onSpinWait();
                    }
                    redis.call("CLIENT", "PAUSE", String.valueOf(PAUSE_MILLIS), "WRITE");
                    sleep(2 * DELAY_MILLIS);
                    cable.slow(Duration.ZERO);
                }
            });
            session.getTransaction().commit();
            // A read is answered during the pause. The entries are dropped or replaced, and no lock is left.
            assertThat(redis.call("HEXISTS", data, "1")).isEqualTo(type == Counter.class ? 1L : 0L);
        }
    }

    private static long scripts(RedisCommands redis) {
        return redis.commandStats().getOrDefault("evalsha", 0L);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
