package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the memory of a region's metadata in Redis against docs/memory.md. */
final class MemoryBoundsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final RedisConnection CONNECTION = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE);
    private static final byte[] VALUE = "value".getBytes(UTF_8);

    private static final int FLOORS = 1024;
    private static final int LEAST_FLOORS = 16;
    private static final int BYTES_OF_A_FLOOR = 100;
    private static final int OTHER_FIELDS = 5;
    private static final int OTHER_BYTES = 1000;
    private static final int BYTES_OF_A_LOCK = 150;

    private static int floors(int segments) {
        return segments * Math.max(LEAST_FLOORS, FLOORS / segments);
    }

    private static RedisRegion region(int segments) {
        return new RedisRegion(new TestClock(), CONNECTION, key -> REDIS, segments);
    }

    private static Set<String> hashes(RedisRegion region, String kind) {
        return REDIS.keys(region.guards().replace("}:guards", "*:" + kind));
    }

    private static long sum(Set<String> keys, Object... command) {
        return keys.stream()
                .mapToLong(key -> {
                    List<Object> words = new ArrayList<>(List.of(command));
                    words.add(key);
                    if (command[0].equals("MEMORY")) {
                        words.addAll(List.of("SAMPLES", 0));
                    }
                    return REDIS.number(words.toArray());
                })
                .sum();
    }

    private static void assertGuardsAreSmall(RedisRegion region, int segments, int locks, int bytesOfKeys) {
        Set<String> guards = hashes(region, "guards");
        assertThat(sum(guards, "HLEN")).isLessThanOrEqualTo(floors(segments) + OTHER_FIELDS * segments + locks);
        assertThat(sum(guards, "MEMORY", "USAGE"))
                .isLessThanOrEqualTo((long) floors(segments) * BYTES_OF_A_FLOOR
                        + segments * OTHER_BYTES
                        + (long) locks * BYTES_OF_A_LOCK
                        + bytesOfKeys);
    }

    /** Sends many requests at once, and waits for all. */
    private static void forEach(int count, Function<String, CompletableFuture<?>> operation) {
        for (int from = 0; from < count; from += 500) {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + 500); i++) {
                sent.add(operation.apply("key " + i));
            }
            sent.forEach(CompletableFuture::join);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 256})
    void rowsThatAreGoneLeaveNothing(int segments) {
        try (RedisRegion region = region(segments)) {
            KeyedRegion node = region.node(0);
            TestClock clock = region.clock();
            node.heartbeat(List.of()).join();
            forEach(8000, key -> node.insert(key, VALUE, clock.moment()));
            forEach(8000, key -> node.lock(key, "node-lock" + key.hashCode(), clock.moment()));
            forEach(8000, key -> node.unlock(key, "node-lock" + key.hashCode(), null));
            forEach(8000, node::evict);

            assertGuardsAreSmall(region, segments, 0, 0);
            // Only the newest stamp; with several segments, also that of the earlier single hash.
            assertThat(sum(hashes(region, "data"), "HLEN")).isLessThanOrEqualTo(segments + 1);
        }
    }

    /** JVMs die, and no session requests the keys that they had locked. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void locksThatWereLeftBehindAreSweptUp(int segments) {
        try (RedisRegion region = region(segments)) {
            KeyedRegion node = region.node(0);
            TestClock clock = region.clock();
            int locks = 4000;
            node.heartbeat(List.of()).join();
            forEach(locks, key -> node.lock(key, "1y2p0ij32e8e7-" + key.hashCode(), clock.moment()));
            assertThat(sum(hashes(region, "guards"), "HLEN")).isGreaterThan(locks);
            assertGuardsAreSmall(region, segments, locks, locks * "key 1234".length());

            region.ageLocks(RegionFixture.LEASE, id -> true);
            // Each script checks four fields, and fields behind the cursor move while hashes shrink: three rounds are
            // more than enough.
            forEach(3 * locks, key -> node.put("new " + key, VALUE, clock.moment()));
            assertGuardsAreSmall(region, segments, 0, 0);
        }
    }

    @Test
    void expiredEntriesAreReclaimedByRedisAndBySweeps() {
        for (RedisConnection connection : List.of(
                CONNECTION,
                new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.WITHOUT_FIELD_EXPIRY))) {
            try (RedisRegion region = region(1)) {
                KeyedRegion node =
                        region.newNode(connection, Duration.ofMillis(200), 0, RegionFixture.LEASE, System::nanoTime);
                node.heartbeat(List.of()).join();
                forEach(2000, key -> node.put(key, VALUE, System.nanoTime()));
                long begin = System.nanoTime();
                while (REDIS.number("HLEN", region.data()) > 10) {
                    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
                    node.heartbeat(List.of()).join();
                    node.replace("another", VALUE, System.nanoTime()).join();
                }
            }
        }
    }

    /** A large script that finds expired entries reclaims more of them than it stores. */
    @Test
    void newKeysInLargeScriptsDoNotPileUp() {
        RedisConnection connection =
                new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.WITHOUT_FIELD_EXPIRY);
        try (RedisRegion region = region(1)) {
            Duration ttl = Duration.ofHours(1);
            KeyedRegion node = region.newNode(connection, ttl, 0, RegionFixture.LEASE, System::nanoTime);
            node.heartbeat(List.of()).join();
            for (int wave = 0; wave < 25; wave++) {
                String prefix = wave + " ";
                forEach(500, key -> node.put(prefix + key, VALUE, System.nanoTime()));
                region.ageItems(ttl);
            }
            assertThat(REDIS.number("HLEN", region.data())).isLessThan(1_500);
        }
    }
}
