package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.MarkedTables;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata that cannot be parsed is reset: requests fail only until then, and no earlier entry is trusted. */
final class DamagedSegmentsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final RedisConnection CONNECTION = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final byte[] VALUE = "value".getBytes(UTF_8);

    /** Damage to the hashes of a region; the key has the bucket 136. */
    enum Damage {
        GUARDS_ARE_NO_HASH {
            @Override
            void happenTo(RedisRegion region) {
                REDIS.call("DEL", region.guards());
                REDIS.call("SET", region.guards(), "no hash");
            }
        },
        DATA_IS_NO_HASH {
            @Override
            void happenTo(RedisRegion region) {
                REDIS.call("DEL", region.data());
                REDIS.call("RPUSH", region.data(), "no hash");
            }
        },
        STAMP("s", "no stamp"),
        STAMP_WITHOUT_EPOCH("s", "123"),
        STAMP_OF_NO_SEGMENTS("s", "123:abc"),
        STAMP_WITHOUT_NAME("s", "123:1-:0"),
        HUGE_STAMP("s", "99999999999999999999:1-abc"),
        VERSION("v", "no number"),
        HUGE_VERSION("v", "99999999999999999999"),
        FLOOR("f136", "no number"),
        LOCK("l136:42", "no holder"),
        EMPTY_LOCK("l136:42", ""),
        LOCK_WITH_MORE("l136:42", "|id:1:9000000000000000:0| and more"),
        EXPIRED_LOCK_WITH_MORE("l136:42", "|id:1:2:0|and more|"),
        ENTRY_OF_THE_LOCK("l136:42", "|id:1:9000000000000000|"),
        REGION_LOCK("r", "no holder");

        private final String field;
        private final String value;

        Damage() {
            this("", "");
        }

        Damage(String field, String value) {
            this.field = field;
            this.value = value;
        }

        void happenTo(RedisRegion region) {
            REDIS.call("HSET", region.guards(), field, value);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSegmentIsReset(Damage damage) {
        TestClock clock = new TestClock();
        try (RedisRegion region = new RedisRegion(clock, CONNECTION, REDIS)) {
            KeyedRegion node = region.node(0);
            node.heartbeat(List.of()).join();
            long opened = clock.moment();
            assertThat(node.put("42", VALUE, opened).join()).isTrue();
            assertThat(node.put("other", VALUE, opened).join()).isTrue();
            damage.happenTo(region);

            assertThat(node.put("42", VALUE, opened))
                    .as("a put")
                    .succeedsWithin(SOON)
                    .isEqualTo(false);
            assertThat(node.get("other").join()).isNull();
            assertThat(node.put("42", VALUE, clock.moment()).join()).isTrue();
            assertThat(node.get("42").join()).isEqualTo(VALUE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationGetsThrough(Damage damage) {
        TestClock clock = new TestClock();
        try (RedisRegion region = new RedisRegion(clock, CONNECTION, REDIS)) {
            KeyedRegion node = region.node(0);
            List<Runnable> operations = List.of(
                    () -> assertThat(node.heartbeat(List.of("r"))).succeedsWithin(SOON),
                    () -> assertThat(node.lock("42", "l", clock.moment())).succeedsWithin(SOON),
                    () -> assertThat(node.unlock("42", "l", VALUE)).succeedsWithin(SOON),
                    () -> assertThat(node.insert("42", VALUE, clock.moment())).succeedsWithin(SOON),
                    () -> assertThat(node.evict("42")).succeedsWithin(SOON),
                    () -> assertThat(node.lockRegion("r")).succeedsWithin(SOON),
                    () -> assertThat(node.unlockRegion("r")).succeedsWithin(SOON),
                    () -> assertThat(node.clear()).succeedsWithin(SOON));
            for (Runnable operation : operations) {
                node.heartbeat(List.of()).join();
                damage.happenTo(region);
                operation.run();
            }
            region.loseAll();
            node.heartbeat(List.of()).join();
            assertThat(node.put("42", VALUE, clock.moment()).join()).isTrue();
        }
    }

    /** If a lock cannot be parsed, no value that was read before the end of its transaction may be stored. */
    @ParameterizedTest
    @EnumSource(names = {"LOCK", "EMPTY_LOCK", "LOCK_WITH_MORE", "EXPIRED_LOCK_WITH_MORE", "REGION_LOCK"})
    void aLockThatCannotBeReadRefusesWhatIsFromBefore(Damage damage) {
        TestClock clock = new TestClock();
        try (RedisRegion region = new RedisRegion(clock, CONNECTION, REDIS)) {
            KeyedRegion node = region.node(0);
            node.heartbeat(List.of()).join();
            node.lock("42", "writer", clock.moment()).join();
            long opened = clock.moment();
            damage.happenTo(region);
            assertThat(region.node(1).put("42", VALUE, opened).join()).isFalse();
            assertThat(node.unlock("42", "writer", VALUE).join()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other:1:9000000000000000:0|"})
    void aLockWithADamagedStampIsTakenAgain(String others) {
        TestClock clock = new TestClock();
        try (RedisRegion region = new RedisRegion(clock, CONNECTION, REDIS)) {
            KeyedRegion node = region.node(0);
            node.heartbeat(List.of()).join();
            node.lock("42", "writer", clock.moment()).join();
            String damaged = "|" + others + "writer:99999999999999999999:9000000000000000:0|";
            REDIS.call("HSET", region.guards(), "l136:42", damaged);
            assertThat(node.lock("42", "writer", clock.moment())).succeedsWithin(SOON);
            REDIS.call("HSET", region.guards(), "l136:42", damaged);
            assertThat(node.unlock("42", "writer", VALUE)).succeedsWithin(SOON).isEqualTo(false);
            assertThat(REDIS.string("HGET", region.guards(), "l136:42")).isNull();
        }
    }

    /** If an instance only reads, the next heartbeat repairs the segment. */
    @ParameterizedTest
    @EnumSource(names = {"DATA_IS_NO_HASH", "STAMP"})
    void aHeartbeatMends(Damage damage) {
        TestClock clock = new TestClock();
        try (RedisRegion region = new RedisRegion(clock, CONNECTION, REDIS)) {
            KeyedRegion node = region.node(0);
            node.heartbeat(List.of()).join();
            damage.happenTo(region);
            node.heartbeat(List.of()).join();
            assertThat(node.get("42")).succeedsWithin(SOON).isNull();
            REDIS.call("HSET", region.data(), "!s", "no stamp");
            assertThat(node.get("42")).succeedsWithin(SOON).isNull();
            node.heartbeat(List.of()).join();
            assertThat(node.put("42", VALUE, clock.moment()).join()).isTrue();
            assertThat(node.get("42").join()).isEqualTo(VALUE);
        }
    }

    /** Damage to the hash of the table stamps. */
    enum TablesDamage {
        NO_HASH {
            @Override
            void happenTo(RedisTables tables) {
                REDIS.call("DEL", tables.hash());
                REDIS.call("SET", tables.hash(), "no hash");
            }
        },
        STAMP("s", "no stamp"),
        VERSION("v", "no number"),
        TABLE("torders", "no number"),
        MARKER("horders", "no marker"),
        EMPTY_MARKER("horders", "");

        private final String field;
        private final String value;

        TablesDamage() {
            this("", "");
        }

        TablesDamage(String field, String value) {
            this.field = field;
            this.value = value;
        }

        void happenTo(RedisTables tables) {
            REDIS.call("HSET", tables.hash(), field, value);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tableStampsAreReset(TablesDamage damage) {
        TestClock clock = new TestClock();
        List<String> orders = List.of("orders");
        try (RedisTables tables = new RedisTables(clock, CONNECTION, REDIS)) {
            MarkedTables node = tables.node(0);
            node.heartbeat(List.of()).join();
            Stamp before = node.asOf(clock.moment());
            damage.happenTo(tables);
            node.isCurrent(orders, before).exceptionally(failure -> false).join(); // makes the heartbeat check them
            node.heartbeat(List.of()).join();
            assertThat(node.isCurrent(orders, before).join()).isFalse();
            Stamp after = node.asOf(clock.moment());
            assertThat(node.isCurrent(orders, after)).succeedsWithin(SOON).isEqualTo(true);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationOnTablesGetsThrough(TablesDamage damage) {
        List<String> orders = List.of("orders");
        try (RedisTables tables = new RedisTables(new TestClock(), CONNECTION, REDIS)) {
            MarkedTables node = tables.node(0);
            List<Runnable> operations = List.of(
                    () -> assertThat(node.heartbeat(List.of(node.update("id", orders))))
                            .succeedsWithin(SOON),
                    () -> assertThat(node.begin("id", orders)).succeedsWithin(SOON),
                    () -> assertThat(node.end("id", orders)).succeedsWithin(SOON),
                    () -> assertThat(node.clear()).succeedsWithin(SOON));
            for (Runnable operation : operations) {
                node.heartbeat(List.of()).join();
                damage.happenTo(tables);
                operation.run();
            }
        }
    }
}
