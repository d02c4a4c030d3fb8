package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.MarkedTables;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;

/** A server that is out of memory and evicts nothing: values are refused, invalidations never. */
final class FullServerIT {

    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long SHORT_LEASE = 1;
    private static final long LONG_LEASE = 60_000;

    private static RedisServer server;
    private static RedisCommands redis;
    private static RedissonClient client;

    @BeforeAll
    static void start() {
        server = RedisServer.start("--maxmemory-policy", "noeviction");
        redis = server.connect();
        client = RedissonOfTests.connect(server.url(), 4);
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
        server.close();
    }

    @AfterEach
    void free() {
        redis.call("CONFIG", "SET", "maxmemory", 0);
    }

    private static void fill() {
        redis.call("CONFIG", "SET", "maxmemory", 1);
    }

    private static RedisConnection connection() {
        return new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE);
    }

    private static KeyedRegion region(long leaseMillis) {
        KeyedRegion region = RedisRegion.newNode(
                connection(),
                new RegionSpec("region-" + UUID.randomUUID(), Duration.ofHours(1), 0, 1),
                Duration.ofMillis(leaseMillis),
                System::nanoTime);
        region.heartbeat(List.of()).join();
        assertThat(region.put("1", VALUE, System.nanoTime()).join()).isTrue();
        return region;
    }

    /** With expired locks, the scripts start with other writes. */
    @ParameterizedTest
    @ValueSource(longs = {SHORT_LEASE, LONG_LEASE})
    void invalidationsGetThrough(long lease) {
        for (String name : invalidations(region(lease)).keySet()) {
            KeyedRegion region = region(lease);
            region.lock("1", "held", System.nanoTime()).join();
            region.lock("2", "held", System.nanoTime()).join();
            region.lockRegion("held").join();
            fill();
            assertThat(invalidations(region).get(name).get()).as(name).succeedsWithin(SOON);
            free();
        }
    }

    private static Map<String, Supplier<CompletableFuture<?>>> invalidations(KeyedRegion region) {
        Map<String, Supplier<CompletableFuture<?>>> all = new LinkedHashMap<>();
        all.put("lock", () -> region.lock("1", "l", System.nanoTime()));
        all.put("lock again", () -> region.lock("1", "held", System.nanoTime()));
        all.put("unlock", () -> region.unlock("1", "held", null));
        all.put("unlock with a value", () -> region.unlock("1", "held", VALUE));
        all.put("insert", () -> region.insert("1", VALUE, System.nanoTime()));
        all.put("evict", () -> region.evict("1"));
        all.put("clear", region::clear);
        all.put("lockRegion", () -> region.lockRegion("r"));
        all.put("unlockRegion", () -> region.unlockRegion("held"));
        all.put("heartbeat", () -> region.heartbeat(List.of("held")));
        return all;
    }

    @Test
    void anInvalidationThatGotThroughIsOne() {
        KeyedRegion region = region(LONG_LEASE);
        fill();
        region.clear().join();
        assertThat(region.get("1").join()).isNull();
        long opened = System.nanoTime();
        region.lockRegion("r").join();
        region.lock("1", "l", opened).join();
        free();
        assertThat(region.put("1", VALUE, System.nanoTime()).join()).isFalse();
        region.unlockRegion("r").join();
        assertThat(region.put("1", VALUE, System.nanoTime()).join()).isFalse();
        assertThat(region.put("2", VALUE, opened).join()).isFalse();
        assertThat(region.put("2", VALUE, System.nanoTime()).join()).isTrue();
        region.unlock("1", "l", null).join();
        assertThat(region.put("1", VALUE, System.nanoTime()).join()).isTrue();
    }

    /** Nothing has been written before: the marker of the tables would be the first write, and be refused. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tablesAreMarkedThoughAllSegmentsAreRefused(boolean rule) {
        String line = "    redis.pcall('HDEL', KEYS[#KEYS], '!')\n";
        String script = Script.BEGIN.code().source();
        assertThat(script).contains(line);
        String name = "{" + UUID.randomUUID() + "}";
        redis.call("HSET", name + "g", "s", "1:1-a:0", "v", "1");
        redis.call("HSET", name + "t", "s", "1:epoch:0", "v", "1");
        fill();
        Object[] begin = {
            "EVAL",
            rule ? script : script.replace(line, ""),
            3,
            name + "g",
            name + "d",
            name + "t",
            LONG_LEASE,
            1,
            "marker",
            "2-b",
            7_200_000,
            4,
            "key",
            "1",
            "lock",
            "",
            "epoch",
            "books"
        };
        if (rule) {
            assertThat(redis.list(begin)).first().isEqualTo("!1");
            assertThat(redis.string("HGET", name + "t", "hbooks")).startsWith("|marker:");
        } else {
            assertThatThrownBy(() -> redis.list(begin)).hasMessageContaining("OOM");
        }
    }

    @Test
    void theNumberOfSegmentsChanges() {
        String name = "region-" + UUID.randomUUID();
        KeyedRegion one = newNode(name, 2);
        one.heartbeat(List.of()).join();
        one.lock("1", "l", System.nanoTime()).join();
        KeyedRegion other = newNode(name, 3);
        other.heartbeat(List.of()).join();
        fill();
        assertThat(other.clear()).succeedsWithin(SOON);
        assertThat(one.unlock("1", "l", VALUE)).failsWithin(SOON);
        assertThat(one.heartbeat(List.of())).succeedsWithin(SOON);
        assertThat(one.unlock("1", "l", VALUE)).succeedsWithin(SOON);
    }

    private static KeyedRegion newNode(String name, int segments) {
        return RedisRegion.newNode(
                connection(),
                new RegionSpec(name, Duration.ofHours(1), 0, segments),
                Duration.ofMillis(LONG_LEASE),
                System::nanoTime);
    }

    @Test
    void valuesAreRefusedUntilThereIsRoom() {
        KeyedRegion region = region(LONG_LEASE);
        region.lock("1", "l", System.nanoTime()).join();
        fill();
        assertThat(put(region, Put.Mode.ADD)).isEqualTo(PutOutcome.REFUSED_FULL);
        assertThat(put(region, Put.Mode.REPLACE)).isEqualTo(PutOutcome.REFUSED_FULL);
        assertThat(region.insert("3", VALUE, System.nanoTime()).join()).isFalse();
        assertThat(region.unlock("1", "l", VALUE).join()).isFalse();
        for (String key : List.of("1", "2", "3")) {
            assertThat(region.get(key).join()).as(key).isNull();
        }
        free();
        for (String key : List.of("1", "2")) {
            assertThat(region.put(key, VALUE, System.nanoTime()).join()).as(key).isTrue();
        }
        assertThat(region.insert("3", VALUE, System.nanoTime()).join()).isTrue();
        region.lock("1", "l", System.nanoTime()).join();
        assertThat(region.unlock("1", "l", VALUE).join()).isTrue();
    }

    private static PutOutcome put(KeyedRegion region, Put.Mode mode) {
        return region.store().put(new Put("2", VALUE, System.nanoTime(), mode)).join();
    }

    @ParameterizedTest
    @ValueSource(longs = {SHORT_LEASE, LONG_LEASE})
    void updatesOfTablesAreAnnouncedAndEnded(long lease) {
        MarkedTables tables = RedisTables.newNode(
                connection(), "tables-" + UUID.randomUUID(), Duration.ofMillis(lease), System::nanoTime);
        List<String> names = List.of("Book");
        tables.begin("other", names).join();
        Stamp before = tables.asOf(System.nanoTime());
        fill();
        assertThat(tables.heartbeat(List.of(tables.update("other", names)))).succeedsWithin(SOON);
        assertThat(tables.begin("mine", names)).succeedsWithin(SOON);
        assertThat(tables.isCurrent(names, before).join()).isFalse();
        assertThat(tables.heartbeat(List.of())).succeedsWithin(SOON); // resolves the markers that were found
        assertThat(tables.end("mine", names)).succeedsWithin(SOON);
        assertThat(tables.end("other", names)).succeedsWithin(SOON);
        assertThat(tables.isCurrent(names, before).join()).isFalse();
        Stamp after = tables.asOf(System.nanoTime());
        assertThat(tables.isCurrent(names, after).join()).isTrue();
        assertThat(tables.clear()).succeedsWithin(SOON);
        assertThat(tables.isCurrent(names, after).join()).isFalse();
    }
}
