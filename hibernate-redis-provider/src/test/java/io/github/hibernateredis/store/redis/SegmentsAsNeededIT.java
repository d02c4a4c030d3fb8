package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.api.RedissonClient;

/** The automatic number of segments. {@code TopologiesIT} checks it in a cluster. */
final class SegmentsAsNeededIT {

    private static RedisServer server;
    private static RedisCommands redis;
    private static RedissonClient client;

    private RedisConnection connection;
    private RedisRegion region;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        redis = server.connect();
        client = RedissonOfTests.connect(server.url(), 4);
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
        server.close();
    }

    @BeforeEach
    void open() {
        connection = new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE);
        region = new RedisRegion(new TestClock(), connection, redis);
    }

    @AfterEach
    void close() {
        region.close();
        configure("0", "noeviction");
    }

    private static void configure(String maxmemory, String policy) {
        redis.call("CONFIG", "SET", "maxmemory", maxmemory);
        redis.call("CONFIG", "SET", "maxmemory-policy", policy);
    }

    private KeyedRegion start(int segments) {
        KeyedRegion node = region.newNode(connection, segments);
        node.lock("1", "lock", 0).join();
        return node;
    }

    private String segments() {
        String number = redis.string("HGET", region.layout(), "n");
        return number == null ? "none" : number;
    }

    @ParameterizedTest
    @CsvSource({
        "0, noeviction, 1",
        "0, volatile-lru, 1",
        "100mb, noeviction, 1",
        "100mb, volatile-lru, 16",
        "100mb, volatile-ttl, 16",
        "100mb, allkeys-lfu, 16"
    })
    void areSeveralIfTheServerEvicts(String maxmemory, String policy, String expected) {
        configure(maxmemory, policy);
        start(RegionSpec.AS_MANY_AS_NEEDED);
        assertThat(segments()).isEqualTo(expected);
    }

    @Test
    void areAsTheyAreIfTheyWereDecided() {
        configure("100mb", "volatile-lru");
        start(4);
        try (LoggedLines log = new LoggedLines()) {
            start(RegionSpec.AS_MANY_AS_NEEDED);
            assertThat(segments()).isEqualTo("4");
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void staySeveralWhenTheServerEvictsNoMore() {
        configure("100mb", "volatile-lru");
        start(RegionSpec.AS_MANY_AS_NEEDED);
        configure("0", "noeviction");
        start(RegionSpec.AS_MANY_AS_NEEDED);
        assertThat(segments()).isEqualTo("16");
    }

    @Test
    void areOneIfThatIsSet() {
        configure("100mb", "volatile-lru");
        start(1);
        start(RegionSpec.AS_MANY_AS_NEEDED);
        assertThat(segments()).isEqualTo("1");
    }
}
