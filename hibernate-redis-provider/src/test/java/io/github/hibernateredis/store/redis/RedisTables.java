package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.MarkedTables;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStampsContract;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** The table stamps in Redis, with two instances. To let time pass, it moves the deadlines in Redis. */
final class RedisTables implements TableStampsContract.Fixture {

    private final RedisCommands redis;
    private final String hash;
    private final List<MarkedTables> nodes = new ArrayList<>();

    RedisTables(TestClock clock, RedisConnection connection, RedisCommands redis) {
        this(clock, connection, hash -> redis);
    }

    /** @param servers returns the server of a key */
    RedisTables(TestClock clock, RedisConnection connection, Function<String, RedisCommands> servers) {
        String region = "tables-" + UUID.randomUUID();
        hash = KeyLayout.tables("test", region);
        redis = servers.apply(hash);
        for (int i = 0; i < 2; i++) {
            nodes.add(newNode(connection, region, TableStampsContract.LEASE, clock));
        }
    }

    /** Creates stamps with a separate instance. */
    static MarkedTables newNode(RedisConnection connection, String region, Duration lease, LongSupplier nanoTime) {
        RedisStores stores = RedisRegion.newStores(connection, lease, CacheListener.NONE, nanoTime);
        return new MarkedTables(stores, stores.tables(region));
    }

    String hash() {
        return hash;
    }

    @Override
    public MarkedTables node(int number) {
        return nodes.get(number);
    }

    @Override
    public void age(Duration by) {
        redis.map("HGETALL", hash).forEach((field, value) -> {
            if (field.startsWith("h")) {
                String aged = Pattern.compile(":(\\d+):0\\|")
                        .matcher(value)
                        .replaceAll(ends -> ":" + (Long.parseLong(ends.group(1)) - by.toMillis() * 1000) + ":0|");
                redis.call("HSET", hash, field, aged);
            }
        });
    }

    @Override
    public void letStampsRunAhead() {
        Stamp stamp = Stamp.parse(redis.string("HGET", hash, "s"));
        redis.call("HSET", hash, "s", new Stamp(stamp.number() + 3_600_000_000L, stamp.epoch()));
    }

    @Override
    public void lose() {
        redis.call("DEL", hash);
    }

    @Override
    public void close() {
        lose();
    }
}
