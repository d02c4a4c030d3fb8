package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A region in Redis, with two nodes. Time passes by the deadlines that stand in Redis being moved. */
final class RedisRegion implements RegionFixture {

    private static final String PREFIX = "test";

    private final TestClock clock;
    private final RedisCommands redis;
    private final String name;
    private final String guards;
    private final String data;
    private final List<RegionStore> nodes = new ArrayList<>();

    RedisRegion(TestClock clock, RedisConnection connection, RedisCommands redis) {
        this(clock, connection, key -> redis);
    }

    /** @param servers who serves which key */
    RedisRegion(TestClock clock, RedisConnection connection, Function<String, RedisCommands> servers) {
        this.clock = clock;
        this.name = "region-" + UUID.randomUUID();
        this.guards = KeyLayout.guards(PREFIX, name);
        this.data = KeyLayout.data(PREFIX, name);
        this.redis = servers.apply(guards);
        for (int i = 0; i < 2; i++) {
            nodes.add(newNode(connection, TTL, 0, LEASE, clock));
        }
    }

    /** Another node of the region, with settings of its own. */
    RegionStore newNode(
            RedisConnection connection, Duration ttl, double jitter, Duration lease, LongSupplier nanoTime) {
        RedisRegionStore.ItemLife life = new RedisRegionStore.ItemLife(ttl.toMillis(), jitter);
        return new RedisRegionStore(PREFIX, name, connection, life, lease.toMillis(), nanoTime);
    }

    @Override
    public RegionStore node(int number) {
        return nodes.get(number);
    }

    @Override
    public TestClock clock() {
        return clock;
    }

    /** The name of the hash that guards are in. */
    String guards() {
        return guards;
    }

    /** The name of the hash that items are in. */
    String data() {
        return data;
    }

    @Override
    public void ageLocks(Duration by, Predicate<String> ids) {
        redis.map("HGETALL", guards).forEach((field, value) -> {
            if (field.equals("r") || field.startsWith("l")) {
                List<String> holders = new ArrayList<>();
                for (String holder : value.split("\\|")) {
                    String[] parts = holder.split(":");
                    if (ids.test(parts[0])) {
                        parts[2] = Long.toString(Long.parseLong(parts[2]) - by.toMillis() * 1000);
                    }
                    holders.add(String.join(":", parts));
                }
                redis.call("HSET", guards, field, String.join("|", holders));
            }
        });
    }

    @Override
    public void ageItems(Duration by) {
        for (Object key : redis.list("HKEYS", data)) {
            if (!KeyLayout.STAMP_FIELD.equals(key)) {
                ageItem(String.valueOf(key), by);
            }
        }
    }

    private void ageItem(String key, Duration by) {
        byte @Nullable [] envelope = (byte[]) redis.callRaw("HGET", data, key);
        if (envelope == null) {
            return;
        }
        if (envelope[0] == 0x11) {
            ByteBuffer buffer = ByteBuffer.wrap(envelope);
            long expiry = (buffer.getLong(7) & 0xffffffffffffL) - by.toMillis();
            buffer.putShort(9, (short) (expiry >> 32)).putInt(11, (int) expiry);
            redis.call("HSET", data, key, envelope);
        } else {
            Object left = redis.list("HPTTL", data, "FIELDS", 1, key).get(0);
            redis.call("HPEXPIRE", data, Math.max(0, (Long) left - by.toMillis()), "FIELDS", 1, key);
        }
    }

    @Override
    public void letStampsRunAhead() {
        String line = redis.string("HGET", guards, "s");
        int colon = line.indexOf(':');
        long number = Long.parseLong(line.substring(0, colon)) + 3_600_000_000L;
        redis.call("HSET", guards, "s", number + line.substring(colon));
        redis.call("HSET", data, KeyLayout.STAMP_FIELD, number + line.substring(colon));
    }

    @Override
    public void loseData() {
        redis.call("DEL", data);
    }

    @Override
    public void loseGuards() {
        redis.call("DEL", guards);
    }

    /** Loses a single field of the guards, which no server does, but somebody with a console may. */
    void losePartOfGuards(String field) {
        redis.call("HDEL", guards, field);
    }

    @Override
    public void loseAll() {
        redis.flushAll();
    }

    /** What stands in a field of the data map. */
    byte @Nullable [] raw(String field) {
        return (byte[]) redis.callRaw("HGET", data, field.getBytes(UTF_8));
    }

    @Override
    public void close() {
        redis.call("DEL", data, guards);
    }
}
