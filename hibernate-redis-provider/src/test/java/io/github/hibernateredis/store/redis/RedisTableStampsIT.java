package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStampsContract;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;

/** The scripts of the table stamps keep the contract. */
final class RedisTableStampsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();

    /** One connection: what a check sends without waiting comes before what the test sends next. */
    private static final RedissonClient CLIENT = RedissonOfTests.connect(SharedRedis.url(), 1);

    @Nested
    class Plain extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return new RedisTables(clock, false);
        }
    }

    @Nested
    class ReadByScript extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return new RedisTables(clock, true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "v"})
    void aHashThatHasLostItsHeadIsBegunAnew(String field) {
        TestClock clock = new TestClock();
        try (RedisTables tables = new RedisTables(clock, false)) {
            TableStamps node = tables.node(0);
            node.end("a", List.of("orders")).join();
            Stamp before = node.asOf(clock.moment());
            assertThat(node.isCurrent(List.of("orders"), before).join()).isTrue();
            REDIS.call("HDEL", tables.hash, field);
            assertThat(node.isCurrent(List.of("orders"), before).join()).isFalse();
            node.pulse(List.of()).join();

            assertThat(REDIS.list("HKEYS", tables.hash)).containsExactlyInAnyOrder("s", "v", "i");
            assertThat(node.isCurrent(List.of("orders"), before).join()).isFalse();
            assertThat(node.isCurrent(List.of("orders"), node.asOf(clock.moment()))
                            .join())
                    .isTrue();
        }
    }

    @Test
    void aPulseBeginsAnewWhatWasBornInAnotherRunOfTheServer() {
        TestClock clock = new TestClock();
        try (RedisTables tables = new RedisTables(clock, false)) {
            TableStamps node = tables.node(0);
            node.pulse(List.of()).join();
            Stamp before = node.asOf(clock.moment());
            node.pulse(List.of()).join();
            assertThat(node.isCurrent(List.of("orders"), before).join()).isTrue();
            REDIS.call("HSET", tables.hash, "i", "another");
            node.pulse(List.of()).join();

            assertThat(REDIS.string("HGET", tables.hash, "i"))
                    .isEqualTo(REDIS.info("server").get("run_id"));
            assertThat(node.isCurrent(List.of("orders"), before).join()).isFalse();
            assertThat(node.isCurrent(List.of("orders"), node.asOf(clock.moment()))
                            .join())
                    .isTrue();
        }
    }

    @Test
    void theHashNeverExpires() {
        try (RedisTables tables = new RedisTables(new TestClock(), false)) {
            TableStamps node = tables.node(0);
            node.begin("a", List.of("orders")).join();
            node.end("a", List.of("orders")).join();
            node.clear().join();
            assertThat(REDIS.number("PTTL", tables.hash)).isEqualTo(-1);
        }
    }

    private static final class RedisTables implements TableStampsContract.Fixture {

        private final String hash;
        private final List<TableStamps> nodes = new ArrayList<>();

        RedisTables(TestClock clock, boolean readByScript) {
            String region = "tables-" + UUID.randomUUID();
            hash = KeyLayout.tables("test", region);
            RedisConnection connection = new RedisConnection(() -> new RedisClient(CLIENT, readByScript));
            for (int i = 0; i < 2; i++) {
                nodes.add(new RedisTableStamps(
                        "test", region, connection, Duration.ofMinutes(1).toMillis(), clock));
            }
        }

        @Override
        public TableStamps node(int number) {
            return nodes.get(number);
        }

        @Override
        public void age(Duration by) {
            REDIS.map("HGETALL", hash).forEach((field, value) -> {
                if (field.startsWith("h")) {
                    List<String> holders = new ArrayList<>();
                    for (String holder : value.split("\\|")) {
                        String[] parts = holder.split(":");
                        holders.add(parts[0] + ":" + (Long.parseLong(parts[1]) - by.toMillis() * 1000));
                    }
                    REDIS.call("HSET", hash, field, String.join("|", holders));
                }
            });
        }

        @Override
        public void letStampsRunAhead() {
            Stamp stamp = Stamp.parse(REDIS.string("HGET", hash, "s"));
            REDIS.call("HSET", hash, "s", new Stamp(stamp.number() + 3_600_000_000L, stamp.incarnation()));
        }

        @Override
        public void lose() {
            REDIS.call("DEL", hash);
        }

        @Override
        public void close() {
            lose();
        }
    }
}
