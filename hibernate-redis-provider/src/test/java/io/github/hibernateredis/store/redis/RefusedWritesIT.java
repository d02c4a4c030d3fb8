package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.resilience.GuardedClient;
import io.github.hibernateredis.resilience.ResilientStores;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;

/** A server that refuses writes of a region, but answers reads. */
final class RefusedWritesIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final String USER = "refused";
    private static final int HEARTBEATS_FOR_ALL = 4;

    static {
        takeWrites();
    }

    private static final RedissonClient REDISSON = RegionScriptsIT.connectAs(USER);

    private static void takeWrites() {
        REDIS.call("ACL", "SETUSER", USER, "reset", "on", ">secret", "~*", "+@all");
    }

    private static void refuseWrites() {
        REDIS.call("ACL", "SETUSER", USER, "resetkeys", "%R~*");
    }

    @AfterAll
    static void disconnect() {
        REDISSON.shutdown();
        REDIS.call("ACL", "DELUSER", USER);
        REDIS.close();
    }

    private final GuardedClient client =
            new GuardedClient(Duration.ofSeconds(20), failure -> isRefusal(failure), CacheListener.NONE, Runnable::run);
    private final RedisStores redis = RedisRegion.newStores(
            new RedisConnection(() -> new RedisClient(REDISSON, false), client),
            Duration.ofSeconds(60),
            CacheListener.NONE,
            System::nanoTime);

    private boolean isRefusal(Throwable failure) {
        return redis.isRefusal(failure);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16, 100})
    void isNotBelievedForLong(int segments) {
        String name = "refusing-" + UUID.randomUUID();
        try (ResilientStores stores = new ResilientStores(redis, client, CacheListener.NONE)) {
            RegionStore node = stores.region(new RegionSpec(name, Duration.ofMinutes(10), 0, segments));
            for (int i = 0; i < 2; i++) {
                node.heartbeat(List.of()).join();
            }
            assertThat(isStored(node, "old")).isTrue();
            assertThat(node.read("1", Snapshot.LATEST).join()).isInstanceOf(Lookup.Hit.class);
            refuseWrites();
            for (int i = 0; i < HEARTBEATS_FOR_ALL; i++) {
                node.heartbeat(List.of()).join();
            }
            for (int i = 0; i < 3 * HEARTBEATS_FOR_ALL; i++) {
                assertThat(node.read("1", Snapshot.LATEST).join())
                        .as("after %d more heartbeats", i)
                        .isNotInstanceOf(Lookup.Hit.class);
                node.heartbeat(List.of()).join();
            }
            takeWrites();
            node.clear().join();
            node.heartbeat(List.of()).join();
            assertThat(isStored(node, "new")).isTrue();
            assertThat(node.read("1", Snapshot.LATEST).join())
                    .isInstanceOfSatisfying(
                            Lookup.Hit.class,
                            hit -> assertThat(hit.value()).asString(UTF_8).isEqualTo("new"));
        }
    }

    private static boolean isStored(RegionStore node, String value) {
        return node.put(new Put("1", value.getBytes(UTF_8), System.nanoTime(), Put.Mode.ADD))
                        .join()
                == PutOutcome.STORED;
    }
}
