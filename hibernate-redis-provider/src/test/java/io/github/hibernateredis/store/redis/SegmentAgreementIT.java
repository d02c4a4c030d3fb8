package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All instances of a region use the same segments, whatever their settings, and even after a loss. */
final class SegmentAgreementIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final RedisConnection CONNECTION = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final byte[] OLD = "old".getBytes(UTF_8);
    private static final byte[] NEW = "new".getBytes(UTF_8);

    private final TestClock clock = new TestClock();
    private final RedisRegion region = new RedisRegion(clock, CONNECTION, key -> REDIS, 1);

    @AfterEach
    void close() {
        REDIS.keys(region.guards().replace("}:guards", "*")).forEach(key -> REDIS.call("DEL", key));
        region.close();
    }

    private KeyedRegion start(int segments) {
        KeyedRegion node = region.newNode(CONNECTION, segments);
        node.heartbeat(List.of()).join();
        return node;
    }

    private String agreed() {
        return REDIS.string("HGET", region.layout(), "n");
    }

    /** Each instance sees the other's writes, and the other one stores no value that it has read earlier. */
    private void assertTogether(KeyedRegion one, KeyedRegion other) {
        for (String key : List.of("1", "2", "3", "4", "5")) {
            other.heartbeat(List.of()).join();
            long opened = clock.moment();
            one.lock(key, "w", clock.moment()).join();
            assertThat(other.put(key, OLD, opened).join()).as("under the lock").isFalse();
            one.unlock(key, "w", NEW).join();
            assertThat(other.put(key, OLD, opened).join()).as("after it").isFalse();
            assertThat(other.get(key).join()).isIn(null, NEW);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "4, 1", "4, 8", "8, 4"})
    void theFirstDecidesAndADifferentSettingIsOneWarning(int first, int second) {
        KeyedRegion one = start(first);
        try (LoggedLines log = new LoggedLines()) {
            KeyedRegion other = start(second);
            other.heartbeat(List.of()).join();
            assertThat(log.warnings()).hasSize(1);
            assertThat(log.warnings().get(0)).contains(" " + first + " ", " " + second + " ", "evict");
            assertTogether(one, other);
            assertTogether(other, one);
        }
        assertThat(agreed()).isEqualTo(Integer.toString(first));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theAgreementAloneMayBeLost(int segments) {
        KeyedRegion one = start(segments);
        REDIS.call("DEL", region.layout());
        KeyedRegion other = start(8);

        assertTogether(one, other);
        assertThat(agreed()).isEqualTo(Integer.toString(segments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no number", "0", "1.5", "-3", "100000"})
    void anAgreementThatCannotBeReadIsNone(String written) {
        KeyedRegion one = start(4);
        REDIS.call("HSET", region.layout(), "n", written);
        assertTogether(one, start(8));
        REDIS.call("DEL", region.layout());
        REDIS.call("SET", region.layout(), "no hash");
        assertTogether(one, start(2));
        assertThat(agreed()).isEqualTo("4");
    }

    @Test
    void aHeartbeatRestoresTheAgreement() {
        KeyedRegion one = start(4);
        region.loseAll();
        one.heartbeat(List.of()).join();
        assertThat(agreed()).isEqualTo("4");
        assertTogether(one, start(1));
    }

    /**
     * Everything is lost, and an instance with another setting comes first: the others adopt its number with their next
     * heartbeat.
     */
    @ParameterizedTest
    @CsvSource({"1, 4", "4, 1", "4, 8", "8, 4"})
    void whoComesLaterFollowsAfterALossOfAll(int first, int second) {
        KeyedRegion one = start(first);
        one.lock("1", "writer", clock.moment()).join();
        long opened = clock.moment();
        region.loseAll();
        KeyedRegion other = start(second);
        one.heartbeat(List.of()).join();

        assertThat(agreed()).isEqualTo(Integer.toString(second));
        assertThat(one.put("1", OLD, opened).join()).as("from before").isFalse();
        assertThat(one.unlock("1", "writer", NEW).join()).as("the lock is lost").isFalse();
        assertTogether(one, other);
        assertTogether(other, one);
    }

    /** Every request with another number of segments is refused, and reads nothing. */
    @Test
    void nobodyWritesOrReadsAcrossNumbers() {
        KeyedRegion one = start(4);
        one.put("1", OLD, clock.moment()).join();
        REDIS.keys(region.guards().replace("}:guards", "#*}:guards"))
                .forEach(guards -> REDIS.call("HSET", guards, "s", "1:8-abc"));
        REDIS.keys(region.guards().replace("}:guards", "#*}:data"))
                .forEach(data -> REDIS.call("HSET", data, "!s", "1:8-abc"));

        assertThat(one.get("1").join()).isNull();
        assertThat(one.put("1", OLD, clock.moment())).failsWithin(SOON);
        assertThat(one.lock("1", "l", clock.moment())).failsWithin(SOON);
        assertThat(one.unlock("1", "l", NEW)).failsWithin(SOON);
        assertThat(one.insert("1", NEW, clock.moment())).failsWithin(SOON);
        assertThat(one.evict("1")).failsWithin(SOON);
        assertThat(one.lockRegion("r")).failsWithin(SOON);
        assertThat(one.heartbeat(List.of())).failsWithin(SOON);

        assertThat(one.clear()).as("takes it back").succeedsWithin(SOON);
        one.heartbeat(List.of()).join();
        assertTogether(one, start(4));
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "4, 1", "4, 8", "8, 4"})
    void anEvictionOfTheRegionChangesTheNumber(int first, int second) {
        KeyedRegion one = start(first);
        KeyedRegion other = start(second);
        one.lock("1", "writer", clock.moment()).join();
        other.clear().join();
        assertThat(agreed()).isEqualTo(Integer.toString(second));
        other.heartbeat(List.of()).join();
        long opened = clock.moment();

        assertThat(other.put("1", OLD, opened).join())
                .as("the writer's lock is still to be heeded, though it was taken elsewhere")
                .isFalse();
        assertThat(one.unlock("1", "writer", NEW))
                .as("so it has the region pending")
                .failsWithin(SOON);
        one.heartbeat(List.of()).join();
        assertThat(one.clear()).succeedsWithin(SOON);
        assertThat(other.put("1", OLD, opened).join()).isFalse();
        assertThat(agreed()).isEqualTo(Integer.toString(second));

        region.ageLocks(Duration.ofMinutes(1), id -> true);
        REDIS.keys(region.guards().replace("}:guards", "*}:guards")).forEach(guards -> REDIS.call("HDEL", guards, "r"));
        other.heartbeat(List.of()).join();
        assertTogether(one, other);
        assertTogether(other, one);
        assertThat(other.put("9", NEW, clock.moment()).join()).isTrue();
        assertThat(one.get("9").join()).isEqualTo(NEW);
    }
}
