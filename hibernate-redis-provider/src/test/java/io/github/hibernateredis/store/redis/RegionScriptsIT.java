package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.StoredValue;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisException;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * Checks properties of Redis itself that the contract cannot express: keys, times to live, memory, commands and
 * permissions.
 */
final class RegionScriptsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final RedisConnection AS_IT_IS = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE);
    private static final RedisConnection WITHOUT_FIELD_EXPIRY =
            new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.WITHOUT_FIELD_EXPIRY);

    private final TestClock clock = new TestClock();
    private final RedisRegion region = new RedisRegion(clock, AS_IT_IS, REDIS);
    private final KeyedRegion node = region.node(0);

    @AfterEach
    void close() {
        region.close();
    }

    @Test
    void valuesAlwaysHaveATimeToLiveAndGuardsNever() {
        operations(node).forEach((name, operation) -> {
            REDIS.call("DEL", region.data());
            heartbeat(node);
            operation.get().join();
            assertThat(REDIS.number("PTTL", region.data())).as(name).isPositive();
            assertThat(REDIS.number("PTTL", region.guards())).as(name).isEqualTo(-1);
        });
    }

    @Test
    void theDataMapOutlivesTheYoungestItem() {
        heartbeat(node);
        REDIS.call("PEXPIRE", region.data(), 60_000);
        assertThat(node.put("1", VALUE, clock.moment()).join()).isTrue();
        assertThat(REDIS.number("PTTL", region.data())).isGreaterThan(RegionFixture.TTL.toMillis());

        node.lock("1", "l", clock.moment()).join();
        REDIS.call("PEXPIRE", region.data(), 60_000);
        assertThat(node.unlock("1", "l", VALUE).join()).isTrue();
        assertThat(REDIS.number("PTTL", region.data())).isGreaterThan(RegionFixture.TTL.toMillis());
    }

    @Test
    void theServerMayForgetItsScriptsAtAnyTime() {
        heartbeat(node);
        operations(node).forEach((name, operation) -> {
            REDIS.call("SCRIPT", "FLUSH");
            assertThat(operation.get()).as(name).succeedsWithin(Duration.ofSeconds(10));
        });
    }

    @Test
    void aReadIsOneCommand() {
        heartbeat(node);
        node.put("1", VALUE, clock.moment()).join();
        REDIS.resetStatistics();
        node.get("1").join();
        node.getAsOf("2", clock.moment()).join();

        assertThat(REDIS.commandStats()).isEqualTo(Map.of("hmget", 2L));
    }

    @Test
    void aScriptRunsAsManyCommandsInALargeRegionAsInASmallOne() {
        KeyedRegion quiet = new RedisRegion(
                        clock,
                        new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.SWEEPING_NEVER),
                        REDIS)
                .node(0);
        heartbeat(quiet);
        commandsOf(quiet); // loads the scripts
        Map<String, Long> small = commandsOf(quiet);
        for (int i = 0; i < 2000; i++) {
            quiet.put("item " + i, VALUE, clock.moment()).join();
        }
        assertThat(commandsOf(quiet)).isEqualTo(small);
    }

    private Map<String, Long> commandsOf(KeyedRegion store) {
        Map<String, Long> commands = new LinkedHashMap<>();
        operations(store).forEach((name, operation) -> {
            if (!name.equals("size")) {
                REDIS.resetStatistics();
                operation.get().join();
                REDIS.commandStats().forEach((command, calls) -> commands.put(name + " " + command, calls));
            }
        });
        return commands;
    }

    @Test
    void itemsSayWhenTheyEndAndFieldsExpireWhereTheServerCanDoThat() {
        heartbeat(node);
        node.put("1", VALUE, clock.moment()).join();

        if (serverExpiresFields()) {
            assertThat((Long)
                            REDIS.list("HPTTL", region.data(), "FIELDS", 1, "1").get(0))
                    .isPositive();
        }
        StoredValue read = StoredValue.read(region.raw("1"));
        assertThat(read.value()).isEqualTo(VALUE);
        assertThat(read.stamp()).isPositive();
    }

    @Test
    void aHeartbeatCausesNoErrorOnTheServer() {
        for (RedisConnection connection : List.of(AS_IT_IS, WITHOUT_FIELD_EXPIRY)) {
            KeyedRegion store = region.newNode(connection, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
            heartbeat(store);
            REDIS.resetStatistics();
            heartbeat(store);
            assertThat(REDIS.info("errorstats")).isEmpty();
        }
    }

    @Test
    void aUserWhoMayNotExpireFieldsStoresItems() {
        REDIS.call("ACL", "SETUSER", "old", "reset", "on", ">secret", "~*", "+@all");
        if (serverExpiresFields()) {
            REDIS.call("ACL", "SETUSER", "old", "-hpexpire");
        }
        RedissonClient client = connectAs("old");
        try {
            RedisConnection connection = new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE);
            KeyedRegion store = region.newNode(connection, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
            heartbeat(store);
            assertThat(store.put("1", VALUE, clock.moment()).join()).isTrue();
            assertThat(StoredValue.read(region.raw("1"))).isNotNull();
        } finally {
            client.shutdown();
            REDIS.call("ACL", "DELUSER", "old");
        }
    }

    static RedissonClient connectAs(String user) {
        Config config = new Config();
        config.setUsername(user).setPassword("secret");
        config.useSingleServer()
                .setAddress(SharedRedis.url())
                .setRetryAttempts(0)
                .setConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    private boolean serverExpiresFields() {
        try {
            REDIS.call("HPTTL", region.data(), "FIELDS", 1, "none");
            return true;
        } catch (RedisException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itemsEndAtRandomWithinTheJitter(boolean fieldExpiry) {
        RedisConnection connection = fieldExpiry ? AS_IT_IS : WITHOUT_FIELD_EXPIRY;
        KeyedRegion store = region.newNode(connection, Duration.ofMinutes(100), 0.1, RegionFixture.LEASE, clock);
        heartbeat(store);
        List<Long> lives = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String key = "item " + i;
            store.put(key, VALUE, clock.moment()).join();
            List<Object> time = REDIS.list("TIME");
            long now = Long.parseLong((String) time.get(0)) * 1000;
            StoredValue item = StoredValue.read(region.raw(key));
            lives.add(item.expiry() - now);
        }
        long longest = Duration.ofMinutes(100).toMillis();
        assertThat(lives).allMatch(life -> life > longest * 0.9 - 10_000 && life < longest + 1001);
        assertThat(lives).anyMatch(life -> life < longest * 0.95).anyMatch(life -> life > longest * 0.95);
    }

    @Test
    void anItemIsNoHitBeforeTheServersTimeIsKnown() {
        KeyedRegion first = region.newNode(WITHOUT_FIELD_EXPIRY, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
        KeyedRegion second = region.newNode(WITHOUT_FIELD_EXPIRY, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
        heartbeat(first);
        first.put("1", VALUE, clock.moment()).join();

        assertThat(second.get("1").join()).isNull();
        heartbeat(second);
        assertThat(second.get("1").join()).isEqualTo(VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "\u0010short", "\u0011short too", "another format"})
    void bytesOfAnotherFormatAreAMissAndAreReplaced(String bytes) {
        for (RedisConnection connection : List.of(AS_IT_IS, WITHOUT_FIELD_EXPIRY)) {
            KeyedRegion store = region.newNode(connection, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
            heartbeat(store);
            REDIS.call("HSET", region.data(), "1", bytes);
            assertThat(store.get("1").join()).isNull();
            assertThat(store.put("1", VALUE, clock.moment()).join()).isTrue();
            assertThat(store.get("1").join()).isEqualTo(VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "v"})
    void metadataWithoutAHeadIsReset(String field) {
        heartbeat(node);
        node.put("1", VALUE, clock.moment()).join();
        node.evict("2").join();
        node.lock("2", "l", clock.moment()).join();
        long opened = clock.moment();
        region.losePartOfGuards(field);
        heartbeat(node);

        assertThat(REDIS.list("HKEYS", region.guards())).containsExactlyInAnyOrder("s", "v", "i");
        assertThat(node.get("1").join()).isNull();
        assertThat(node.put("1", VALUE, opened).join()).isFalse();
        assertThat(node.unlock("2", "l", VALUE).join()).isFalse();
        assertThat(node.put("1", VALUE, clock.moment()).join()).isTrue();
    }

    @Test
    void aHeartbeatResetsWhatWasCreatedInAnotherRunOfTheServer() {
        heartbeat(node);
        String run = REDIS.info("server").get("run_id");
        assertThat(REDIS.string("HGET", region.guards(), "i")).isEqualTo(run);
        node.put("1", VALUE, clock.moment()).join();
        heartbeat(node);
        assertThat(node.get("1").join()).isEqualTo(VALUE);
        long opened = clock.moment();
        REDIS.call("HSET", region.guards(), "i", "another");
        heartbeat(node);

        assertThat(REDIS.string("HGET", region.guards(), "i")).isEqualTo(run);
        assertThat(node.get("1").join()).isNull();
        assertThat(node.put("1", VALUE, opened).join()).isFalse();
        assertThat(node.put("1", VALUE, clock.moment()).join()).isTrue();
    }

    @Test
    void whoMayNotAskForTheRunOfTheServerKeepsWhatIsThere() {
        heartbeat(node);
        node.put("1", VALUE, clock.moment()).join();
        REDIS.call("ACL", "SETUSER", "blind", "reset", "on", ">secret", "~*", "+@all", "-info");
        RedissonClient client = connectAs("blind");
        try {
            RedisConnection connection = new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE);
            KeyedRegion store = region.newNode(connection, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
            heartbeat(store);
            assertThat(store.get("1").join()).isEqualTo(VALUE);

            region.loseGuards();
            heartbeat(store);
            assertThat(REDIS.string("HGET", region.guards(), "i")).isEmpty();
        } finally {
            client.shutdown();
            REDIS.call("ACL", "DELUSER", "blind");
        }
    }

    /** The page of fields in a sweep contains the floor from before the sweep ended the lock. */
    @Test
    void aSweepKeepsTheFloorThatItHasJustRaised() {
        RedisConnection sweeping =
                new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.SWEEPING_ALWAYS);
        KeyedRegion store = region.newNode(sweeping, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
        heartbeat(store);
        for (int i = 0; i < 50; i++) {
            store.evict("key " + i).join();
        }
        store.clear().join();
        for (int i = 0; i < 50; i++) {
            store.lock("key " + i, "l", clock.moment()).join();
        }
        heartbeat(store);
        long opened = clock.moment();
        region.ageLocks(RegionFixture.LEASE, id -> true);
        store.put("other", VALUE, opened).join();

        for (int i = 0; i < 50; i++) {
            assertThat(store.put("key " + i, VALUE, opened).join())
                    .as("key " + i)
                    .isFalse();
        }
    }

    @Test
    void aSweepEndsExpiredLocksAndDropsUnneededFloors() {
        heartbeat(node);
        for (int i = 0; i < 50; i++) {
            node.evict("evicted " + i).join();
        }
        node.clear().join();
        for (int i = 0; i < 50; i++) {
            node.lock("locked " + i, "l", clock.moment()).join();
        }
        region.ageLocks(RegionFixture.LEASE, id -> true);
        eventually(() -> {
            node.put("other", VALUE, clock.moment()).join();
            return REDIS.list("HKEYS", region.guards()).stream().noneMatch(field -> ((String) field).startsWith("l"));
        });
        node.clear().join();
        eventually(() -> {
            node.put("other", VALUE, clock.moment()).join();
            return REDIS.list("HKEYS", region.guards()).stream().noneMatch(field -> ((String) field).startsWith("f"));
        });
    }

    /** Otherwise puts of new keys would add entries faster than expired ones are removed. */
    @Test
    void expiredItemsGoFasterThanNewOnesCome() {
        KeyedRegion store = region.newNode(WITHOUT_FIELD_EXPIRY, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
        heartbeat(store);
        int items = 2000;
        String expired = "for i = 1, ARGV[1] do "
                + "redis.call('HSET', KEYS[1], 'expired ' .. i, string.char(17) .. string.rep('\\0', 14)) end";
        REDIS.call("EVAL", expired, 1, region.data(), items);
        long opened = clock.moment();
        for (int i = 0; i < items; i++) {
            assertThat(store.put("new " + i, VALUE, opened).join()).isTrue();
        }
        List<Object> left = REDIS.list("HKEYS", region.data());
        assertThat(left).filteredOn(key -> ((String) key).startsWith("expired")).hasSizeLessThan(items / 10);
        assertThat(left).filteredOn(key -> ((String) key).startsWith("new")).hasSize(items);
    }

    @Test
    void aLockEndsByItselfWhenItsLeaseIsOver() {
        KeyedRegion store = region.newNode(AS_IT_IS, RegionFixture.TTL, 0, Duration.ofMillis(300), System::nanoTime);
        heartbeat(store);
        store.lock("1", "l", clock.moment()).join();
        store.lockRegion("r").join();
        assertThat(store.put("1", VALUE, System.nanoTime()).join()).isFalse();

        eventually(() -> store.put("1", VALUE, System.nanoTime()).join());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anItemEndsByItselfWhenItsTimeIsOver(boolean fieldExpiry) {
        RedisConnection connection = fieldExpiry ? AS_IT_IS : WITHOUT_FIELD_EXPIRY;
        KeyedRegion store =
                region.newNode(connection, Duration.ofMillis(300), 0, RegionFixture.LEASE, System::nanoTime);
        heartbeat(store);
        assertThat(store.put("1", VALUE, System.nanoTime()).join()).isTrue();
        assertThat(store.get("1").join()).isEqualTo(VALUE);

        eventually(() -> store.get("1").join() == null);
        assertThat(store.put("1", VALUE, System.nanoTime()).join()).isTrue();
    }

    /** The permissions in the documentation are sufficient. */
    @Test
    void aUserNeedsTheseCommandsAndThisPrefixOnly() {
        List<Object> rights = new ArrayList<>(List.of("ACL", "SETUSER", "cache", "reset", "on", ">secret", "~test:*"));
        List<String> commands = new ArrayList<>(List.of(
                "ping",
                "evalsha",
                "time",
                "hmget",
                "hget",
                "hset",
                "hdel",
                "hlen",
                "hscan",
                "del",
                "unlink",
                "pexpire",
                "info",
                "memory|usage",
                "script|load"));
        if (serverExpiresFields()) {
            commands.add("hpexpire");
        }
        commands.forEach(command -> rights.add("+" + command));
        REDIS.call(rights.toArray());
        RedissonClient client = connectAs("cache");
        try {
            REDIS.call("SCRIPT", "FLUSH");
            RedisConnection connection =
                    new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE, Edits.SWEEPING_ALWAYS);
            KeyedRegion store = region.newNode(connection, RegionFixture.TTL, 0, RegionFixture.LEASE, clock);
            heartbeat(store);
            operations(store)
                    .forEach((name, operation) ->
                            assertThat(operation.get()).as(name).succeedsWithin(Duration.ofSeconds(10)));
            assertThat(store.lock("1", "lock", clock.moment())).succeedsWithin(Duration.ofSeconds(10));
            KeyedRegion other = region.newNode(connection, 2);
            other.heartbeat(List.of()).join();
            assertThat(other.clear()).as("to change the number of segments").succeedsWithin(Duration.ofSeconds(10));
        } finally {
            REDIS.keys("test:{" + region.node(0).name() + "#*").forEach(key -> REDIS.call("DEL", key));
            client.shutdown();
            REDIS.call("ACL", "DELUSER", "cache");
        }
    }

    @Test
    void aClientThatIsShutDownFailsTheFutureAndNeverThrows() {
        RedissonClient client = RedissonOfTests.connect(SharedRedis.url(), 1);
        KeyedRegion store = region.newNode(
                new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE),
                RegionFixture.TTL,
                0,
                RegionFixture.LEASE,
                clock);
        heartbeat(store);
        client.shutdown();
        operations(store).forEach((name, operation) -> {
            CompletableFuture<?> future = operation.get();
            assertThatThrownBy(() -> future.get(10, TimeUnit.SECONDS)).as(name).isNotNull();
            assertThat(future).as(name).isCompletedExceptionally();
        });
    }

    private Map<String, Supplier<CompletableFuture<?>>> operations(KeyedRegion store) {
        Map<String, Supplier<CompletableFuture<?>>> operations = new LinkedHashMap<>();
        operations.put("get", () -> store.get("1"));
        operations.put("getAsOf", () -> store.getAsOf("1", clock.moment()));
        operations.put("put", () -> store.put("1", VALUE, clock.moment()));
        operations.put("replace", () -> store.replace("1", VALUE, clock.moment()));
        operations.put("lock", () -> store.lock("1", "l", clock.moment()));
        operations.put("unlock", () -> store.unlock("1", "l", VALUE));
        operations.put("insert", () -> store.insert("1", VALUE, clock.moment()));
        operations.put("evict", () -> store.evict("1"));
        operations.put("discard", () -> store.discard("1"));
        operations.put("clear", store::clear);
        operations.put("lockRegion", () -> store.lockRegion("r"));
        operations.put("heartbeat", () -> store.heartbeat(List.of("r")));
        operations.put("unlockRegion", () -> store.unlockRegion("r"));
        operations.put("size", store::size);
        return operations;
    }

    private static void heartbeat(KeyedRegion store) {
        store.heartbeat(List.of()).join();
    }

    private static void eventually(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as("nanoseconds waited").isLessThan(20_000_000_000L);
            Thread.onSpinWait();
        }
    }
}
