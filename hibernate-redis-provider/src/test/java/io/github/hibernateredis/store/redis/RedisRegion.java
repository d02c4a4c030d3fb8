package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.Outcomes;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A region in Redis, with two instances. To let time pass, it moves the deadlines in Redis. */
final class RedisRegion implements RegionFixture {

    private static final String PREFIX = "test";

    /** One of the segments, and a connection to its server. */
    private record Place(String guards, String data, RedisCommands redis) {}

    private final TestClock clock;
    private final String name;
    private final String layout;
    private final List<Place> places;
    private final List<KeyedRegion> nodes = new ArrayList<>();

    RedisRegion(TestClock clock, RedisConnection connection, RedisCommands redis) {
        this(clock, connection, key -> redis, 1);
    }

    /** @param servers returns the server of a key */
    RedisRegion(TestClock clock, RedisConnection connection, Function<String, RedisCommands> servers, int segments) {
        this.clock = clock;
        this.name = "region-" + UUID.randomUUID();
        this.layout = KeyLayout.layout(PREFIX, name);
        this.places = Stream.concat(
                        Stream.of(KeyLayout.place(PREFIX, name, 0, 1)),
                        IntStream.range(0, segments == 1 ? 0 : segments)
                                .mapToObj(i -> KeyLayout.place(PREFIX, name, i, segments)))
                .map(place -> new Place(place.guards(), place.data(), servers.apply(place.guards())))
                .toList();
        for (int i = 0; i < 2; i++) {
            nodes.add(newNode(connection, segments));
        }
    }

    /** Creates another instance of the region. */
    KeyedRegion newNode(RedisConnection connection, int segments) {
        return newNode(connection, new RegionSpec(name, TTL, 0, segments), LEASE, clock);
    }

    /** Creates another instance of the region, with its own settings. */
    KeyedRegion newNode(
            RedisConnection connection, Duration ttl, double jitter, Duration lease, LongSupplier nanoTime) {
        return newNode(connection, new RegionSpec(name, ttl, jitter, 1), lease, nanoTime);
    }

    /** Creates a region with a separate instance. */
    static KeyedRegion newNode(RedisConnection connection, RegionSpec spec, Duration lease, LongSupplier nanoTime) {
        Outcomes outcomes = new Outcomes();
        RedisStores stores = newStores(connection, lease, outcomes, nanoTime);
        return new KeyedRegion(stores, stores.region(spec), outcomes);
    }

    /** The stores of an instance. */
    static RedisStores newStores(
            RedisConnection connection, Duration lease, CacheListener events, LongSupplier nanoTime) {
        return new RedisStores(
                () -> CompletableFuture.completedFuture(null),
                new ConnectionChanges(),
                PREFIX,
                lease,
                connection,
                events,
                nanoTime);
    }

    @Override
    public KeyedRegion node(int number) {
        return nodes.get(number);
    }

    @Override
    public TestClock clock() {
        return clock;
    }

    /** The name of the metadata hash. */
    String guards() {
        return places.get(0).guards;
    }

    /** The name of the metadata hash of that segment, for that number of segments. */
    String guards(int segment, int segments) {
        return KeyLayout.place(PREFIX, name, segment, segments).guards();
    }

    /** The name of the data hash. */
    String data() {
        return places.get(0).data;
    }

    /** The name of the hash that leases to reload items are in. */
    String reloads() {
        return KeyLayout.place(PREFIX, name, 0, 1).reloads();
    }

    /** Waits until so much time has passed by the server's clock. */
    void awaitServerTime(Duration time) {
        long end = serverMicros() + time.toNanos() / 1000;
        while (serverMicros() < end) {
            Thread.onSpinWait();
        }
    }

    private long serverMicros() {
        List<Object> now = places.get(0).redis.list("TIME");
        return Long.parseLong(now.get(0).toString()) * 1_000_000
                + Long.parseLong(now.get(1).toString());
    }

    /** The name of the hash with the number of segments. */
    String layout() {
        return layout;
    }

    @Override
    public void ageLocks(Duration by, Predicate<String> ids) {
        places.forEach(place -> place.redis.map("HGETALL", place.guards).forEach((field, value) -> {
            if (field.equals("r") || field.startsWith("l")) {
                List<String> holders = new ArrayList<>();
                for (String holder : value.substring(1).split("\\|")) {
                    String[] parts = holder.split(":");
                    if (ids.test(parts[0])) {
                        parts[2] = Long.toString(Long.parseLong(parts[2]) - by.toMillis() * 1000);
                    }
                    holders.add(String.join(":", parts));
                }
                place.redis.call("HSET", place.guards, field, "|" + String.join("|", holders) + "|");
            }
        }));
    }

    @Override
    public void ageItems(Duration by) {
        for (Place place : places) {
            for (Object key : place.redis.list("HKEYS", place.data)) {
                if (!KeyLayout.STAMP_FIELD.equals(key)) {
                    ageItem(place, String.valueOf(key), by);
                }
            }
        }
    }

    private static void ageItem(Place place, String key, Duration by) {
        byte @Nullable [] envelope = (byte[]) place.redis.callRaw("HGET", place.data, key);
        if (envelope == null) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(envelope);
        if (envelope.length >= 15) {
            long expiry = (buffer.getLong(7) & 0xffffffffffffL) - by.toMillis();
            buffer.putShort(9, (short) (expiry >> 32)).putInt(11, (int) expiry);
            place.redis.call("HSET", place.data, key, envelope);
        }
    }

    @Override
    public void letStampsRunAhead() {
        for (Place place : places) {
            @Nullable String line = place.redis.string("HGET", place.guards, "s");
            if (line == null) {
                continue;
            }
            int colon = line.indexOf(':');
            long number = Long.parseLong(line.substring(0, colon)) + 3_600_000_000L;
            place.redis.call("HSET", place.guards, "s", number + line.substring(colon));
            place.redis.call("HSET", place.data, KeyLayout.STAMP_FIELD, number + line.substring(colon));
        }
    }

    @Override
    public void loseData() {
        places.forEach(place -> place.redis.call("DEL", place.data));
    }

    @Override
    public void loseGuards() {
        places.forEach(place -> place.redis.call("DEL", place.guards));
    }

    /** Loses a single field of the metadata, which no server does, but a person at a console may. */
    void losePartOfGuards(String field) {
        places.forEach(place -> place.redis.call("HDEL", place.guards, field));
    }

    @Override
    public void loseAll() {
        places.forEach(place -> place.redis.flushAll());
    }

    /** The content of a field of the data hash. */
    byte @Nullable [] raw(String field) {
        return (byte[]) places.get(0).redis.callRaw("HGET", data(), field.getBytes(UTF_8));
    }

    @Override
    public void close() {
        places.forEach(place -> place.redis.call("DEL", place.data, place.guards));
        places.get(0).redis.call("DEL", layout);
    }
}
