package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.resilience.ResilientStores;
import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A region of which one segment takes no writes, as if its server took none. */
final class RefusingSegmentIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final int PULSES_FOR_ALL = 4;

    @AfterAll
    static void disconnect() {
        REDIS.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16, 100})
    void isNotBelievedForLong(int segments) {
        String name = "refusing-" + UUID.randomUUID();
        try (ResilientStores stores = new ResilientStores(
                new RedisStores(
                        RedissonOfTests::client,
                        () -> CompletableFuture.completedFuture(null),
                        new ConnectionChanges(),
                        "test",
                        Duration.ofSeconds(60)),
                Duration.ofSeconds(20))) {
            KeyedRegion node = stores.region(name, Duration.ofMinutes(10), 0, segments);
            for (int i = 0; i < 2; i++) {
                node.heartbeat(List.of()).join();
            }
            assertThat(node.put("1", "old".getBytes(UTF_8), System.nanoTime()).join())
                    .isTrue();
            assertThat(node.get("1").join()).isNotNull();
            Layout layout = segments == 1 ? Layout.UNDECIDED : new Layout(segments, 1);
            String guards = segments == 1
                    ? KeyLayout.whole("test", name, layout).guards()
                    : KeyLayout.segment("test", name, KeyLayout.segmentOf("1", segments), layout)
                            .guards();
            REDIS.call("DEL", guards);
            REDIS.call("SET", guards, "not a hash");
            for (int i = 0; i < PULSES_FOR_ALL; i++) {
                node.heartbeat(List.of()).join();
            }
            for (int i = 0; i < 3 * PULSES_FOR_ALL; i++) {
                assertThat(node.get("1").join()).as("after %d more pulses", i).isNull();
                node.heartbeat(List.of()).join();
            }
            REDIS.call("DEL", guards);
            node.heartbeat(List.of()).join();
            assertThat(node.put("1", "new".getBytes(UTF_8), System.nanoTime()).join())
                    .isTrue();
            assertThat(node.get("1").join()).asString(UTF_8).isEqualTo("new");
        }
    }
}
