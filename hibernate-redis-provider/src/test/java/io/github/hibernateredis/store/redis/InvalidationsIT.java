package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every invalidation of a key is counted, and published if an instance listens. Nothing else is counted or published.
 */
final class InvalidationsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final String KEY = "schlüssel 1:2;3";

    private interface Action {
        void run(RedisRegion region, KeyedRegion node);
    }

    /** The operations that count, their preparation, and the line of the script that counts. */
    enum Operation {
        LOCK(
                (region, node) -> {},
                (region, node) -> lock(node),
                false,
                "      drop_near(key)\n      if others",
                "      if others"),
        EVICTION(
                (region, node) -> {},
                (region, node) -> node.evict(KEY).join(),
                false,
                "  write(bucket, key)\n  drop_near(key)\nend",
                "  write(bucket, key)\nend"),
        INSERT(
                (region, node) -> {},
                (region, node) -> node.insert(KEY, value(), opened(region)).join(),
                false,
                "  write(bucket, key)\n  drop_near(key)\n  return result",
                "  write(bucket, key)\n  return result"),
        END_OF_A_LOST_LOCK(
                (region, node) -> {},
                (region, node) -> node.unlock(KEY, "lost", null).join(),
                false,
                "  if not stamp then\n    drop_near(key)",
                "  if false then\n    drop_near(key)"),
        END_OF_AN_EXPIRED_LOCK(
                (region, node) -> {
                    lock(node);
                    region.ageLocks(RegionFixture.LEASE.plusSeconds(1), id -> true);
                },
                (region, node) -> put(region, node, Put.Mode.ADD),
                false,
                "    write(bucket, key)\n    drop_near(key)\n    save",
                "    write(bucket, key)\n    save"),
        REPLACEMENT(
                (region, node) -> put(region, node, Put.Mode.ADD),
                (region, node) -> put(region, node, Put.Mode.REPLACE),
                false,
                "if ARGV[i + 3] ~= '0' and is_live(item) then",
                "if false then"),
        CLEARING(
                (region, node) -> {},
                (region, node) -> node.clear().join(),
                true,
                "items, emptied, dropped = {}, true, ALL",
                "items, emptied = {}, true"),
        REGION_LOCK(
                (region, node) -> {},
                (region, node) -> node.lockRegion("l").join(),
                true,
                "items, emptied, dropped = {}, true, ALL",
                "items, emptied = {}, true"),
        END_OF_AN_EXPIRED_REGION_LOCK(
                (region, node) -> {
                    node.lockRegion("l").join();
                    region.ageLocks(RegionFixture.LEASE.plusSeconds(1), id -> true);
                },
                (region, node) -> put(region, node, Put.Mode.ADD),
                true,
                "items, emptied, dropped = {}, true, ALL",
                "items, emptied = {}, true");

        private final Action before;
        private final Action action;
        private final boolean ofAllKeys;
        private final String line;
        private final String without;

        Operation(Action before, Action action, boolean ofAllKeys, String line, String without) {
            this.before = before;
            this.action = action;
            this.ofAllKeys = ofAllKeys;
            this.line = line;
            this.without = without;
        }
    }

    private static byte[] value() {
        return "value".getBytes(UTF_8);
    }

    private static long opened(RedisRegion region) {
        return region.clock().moment();
    }

    private static void lock(KeyedRegion node) {
        node.lock(KEY, "lock", 0).join();
    }

    private static void put(RedisRegion region, KeyedRegion node, Put.Mode mode) {
        node.store().heartbeat(List.of()).join();
        node.store().put(new Put(KEY, value(), opened(region), mode)).join();
    }

    private static RedisRegion region(Edits edits) {
        RedisRegion region = new RedisRegion(
                new TestClock(), new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, edits), REDIS);
        region.node(0).store().heartbeat(List.of()).join();
        return region;
    }

    private static long count(RedisRegion region) {
        return Line.parse(Objects.requireNonNull(REDIS.string("HGET", region.guards(), "s")))
                .invalidations();
    }

    @ParameterizedTest
    @EnumSource
    void isCountedWithoutListeners(Operation operation) {
        try (RedisRegion region = region(Edits.SWEEPING_NEVER)) {
            operation.before.run(region, region.node(0));
            long before = count(region);
            operation.action.run(region, region.node(0));
            assertThat(count(region)).isEqualTo(before + 1);
            assertThat(Line.parse(Objects.requireNonNull(REDIS.string("HGET", region.data(), "!s")))
                            .invalidations())
                    .isEqualTo(before + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotCountedWithoutItsLine(Operation operation) {
        try (RedisRegion region = region(Edits.SWEEPING_NEVER.replacing(operation.line, operation.without))) {
            operation.before.run(region, region.node(0));
            long before = count(region);
            operation.action.run(region, region.node(0));
            assertThat(count(region)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isPublishedToWhoListens(Operation operation) throws InterruptedException {
        try (RedisRegion region = region(Edits.SWEEPING_NEVER)) {
            KeyedRegion node = region.node(0);
            Ear ear = new Ear();
            node.stores().follow(ear);
            node.store().heartbeat(List.of()).join();
            while (ear.heartbeats.isEmpty()) { // the first heartbeat only subscribes
                node.stores()
                        .nearHeartbeat(List.of(node.name()), Duration.ofSeconds(10))
                        .join();
            }
            operation.before.run(region, region.node(1));
            long before = count(region);
            operation.action.run(region, region.node(1));
            Message message = ear.messages.poll(5, TimeUnit.SECONDS);
            while (message != null && message.number.count() <= before) {
                message = ear.messages.poll(5, TimeUnit.SECONDS);
            }
            assertThat(message).isNotNull();
            assertThat(message.number.count()).isEqualTo(before + 1);
            assertThat(message.number.segment()).isEqualTo(region.guards());
            if (operation.ofAllKeys) {
                assertThat(message.keys).isNull();
            } else {
                assertThat(message.keys).containsOnly(KEY);
            }
        }
    }

    private record Message(Invalidations number, @Nullable Collection<String> keys) {}

    private static final class Ear implements InvalidationListener {

        private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<Invalidations> heartbeats = new LinkedBlockingQueue<>();

        @Override
        public void counted(String owner, Invalidations now) {}

        @Override
        public void published(String owner, Invalidations number, @Nullable Collection<String> keys) {
            messages.add(new Message(number, keys));
        }

        @Override
        public void heartbeat(String owner, Invalidations now, long sentAt) {
            heartbeats.add(now);
        }

        @Override
        public void refused(String owner, String missing) {
            throw new AssertionError(missing);
        }
    }

    /** A put, or an unlock of a lock that is in place, invalidates nothing. */
    @Test
    void putsAndOrdinaryUnlocksAreNotCounted() {
        try (RedisRegion region = region(Edits.SWEEPING_NEVER)) {
            KeyedRegion node = region.node(0);
            put(region, node, Put.Mode.ADD);
            assertThat(count(region)).isZero();
            lock(node);
            assertThat(count(region)).isEqualTo(1);
            lock(node); // only renews the lease
            assertThat(count(region)).isEqualTo(1);
            node.unlock(KEY, "lock", value()).join();
            assertThat(count(region)).isEqualTo(1);
        }
    }

    /** A stamp can be parsed with or without a number of invalidations after it. */
    @Test
    void aLineWithoutANumberIsRead() {
        assertThat(Line.parse("12:1-abc")).isEqualTo(new Line(new Stamp(12, "1-abc"), 0));
        assertThat(Line.parse("12:1-abc:34")).isEqualTo(new Line(new Stamp(12, "1-abc"), 34));
    }
}
