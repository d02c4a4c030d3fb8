package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.MarkedTables;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStampsContract;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;

/** The scripts of the table stamps keep the contract. */
final class RedisTableStampsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();

    /**
     * One connection, so that the requests of a check, which are not awaited, arrive before the next request of the
     * test.
     */
    private static final RedissonClient CLIENT = RedissonOfTests.connect(SharedRedis.url(), 1);

    @Nested
    class Plain extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return new RedisTables(clock, connection(false), REDIS);
        }
    }

    @Nested
    class ReadByScript extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return new RedisTables(clock, connection(true), REDIS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "v"})
    void aHashWithoutAHeadIsReset(String field) {
        TestClock clock = new TestClock();
        try (RedisTables tables = new RedisTables(clock, connection(false), REDIS)) {
            MarkedTables node = tables.node(0);
            node.end("a", List.of("orders")).join();
            Stamp before = node.asOf(clock.moment());
            assertThat(node.isCurrent(List.of("orders"), before).join()).isTrue();
            REDIS.call("HDEL", tables.hash(), field);
            assertThat(node.isCurrent(List.of("orders"), before).join()).isFalse();
            node.heartbeat(List.of()).join();

            assertThat(REDIS.list("HKEYS", tables.hash())).containsExactlyInAnyOrder("s", "v", "i", "q");
            assertThat(node.isCurrent(List.of("orders"), before).join()).isFalse();
            assertThat(node.isCurrent(List.of("orders"), node.asOf(clock.moment()))
                            .join())
                    .isTrue();
        }
    }

    @Test
    void aHeartbeatResetsWhatWasCreatedInAnotherRunOfTheServer() {
        TestClock clock = new TestClock();
        try (RedisTables tables = new RedisTables(clock, connection(false), REDIS)) {
            MarkedTables node = tables.node(0);
            node.heartbeat(List.of()).join();
            Stamp before = node.asOf(clock.moment());
            node.heartbeat(List.of()).join();
            assertThat(node.isCurrent(List.of("orders"), before).join()).isTrue();
            REDIS.call("HSET", tables.hash(), "i", "another");
            node.heartbeat(List.of()).join();

            assertThat(REDIS.string("HGET", tables.hash(), "i"))
                    .isEqualTo(REDIS.info("server").get("run_id"));
            assertThat(node.isCurrent(List.of("orders"), before).join()).isFalse();
            assertThat(node.isCurrent(List.of("orders"), node.asOf(clock.moment()))
                            .join())
                    .isTrue();
        }
    }

    @Test
    void theHashNeverExpires() {
        try (RedisTables tables = new RedisTables(new TestClock(), connection(false), REDIS)) {
            MarkedTables node = tables.node(0);
            node.begin("a", List.of("orders")).join();
            node.end("a", List.of("orders")).join();
            node.clear().join();
            assertThat(REDIS.number("PTTL", tables.hash())).isEqualTo(-1);
        }
    }

    /** Near caches detect by the number that a message is missing. */
    @Test
    void onlyWhatNoMarkerInPlaceAnnouncesIsCounted() {
        List<String> orders = List.of("orders");
        try (RedisTables tables = new RedisTables(new TestClock(), connection(false), REDIS)) {
            MarkedTables node = tables.node(0);
            node.heartbeat(List.of()).join();
            assertThat(invalidations(tables)).isZero();
            node.begin("a", orders).join();
            assertThat(invalidations(tables)).as("a new marker").isEqualTo(1);
            node.begin("a", orders).join();
            node.end("a", orders).join();
            assertThat(invalidations(tables)).as("its renewal and its end").isEqualTo(1);
            node.end("lost", orders).join();
            assertThat(invalidations(tables)).as("the end of a lost marker").isEqualTo(2);
            node.begin("b", orders).join();
            tables.age(Duration.ofDays(1));
            resolve(node, orders);
            assertThat(invalidations(tables)).as("a marker and its expiry").isEqualTo(4);
        }
    }

    /** It may happen if instances have leases of different lengths. */
    @Test
    void anExpiredMarkerBehindALiveOneIsResolved() {
        List<String> orders = List.of("orders");
        try (RedisTables tables = new RedisTables(new TestClock(), connection(false), REDIS)) {
            MarkedTables node = tables.node(0);
            node.begin("live", orders).join();
            node.begin("dead", orders).join();
            String markers = REDIS.string("HGET", tables.hash(), "horders");
            REDIS.call("HSET", tables.hash(), "horders", markers.replaceAll("dead:(\\d+):\\d+", "dead:$1:1"));
            resolve(node, orders);
            assertThat(REDIS.string("HGET", tables.hash(), "horders"))
                    .startsWith("|live:")
                    .doesNotContain("dead");
        }
    }

    /** A check finds the marker, and the next heartbeat looks whether it has expired. */
    private static void resolve(MarkedTables node, List<String> names) {
        node.isCurrent(names, new Stamp(1, "any")).join();
        node.heartbeat(List.of()).join();
    }

    private static long invalidations(RedisTables tables) {
        return Line.parse(REDIS.string("HGET", tables.hash(), "s")).invalidations();
    }

    private static RedisConnection connection(boolean readByScript) {
        return new RedisConnection(() -> new RedisClient(CLIENT, readByScript), RequestGuard.NONE);
    }
}
