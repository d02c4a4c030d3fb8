package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.redis.ConnectionChanges;
import io.github.hibernateredis.store.redis.RedisClient;
import io.github.hibernateredis.store.redis.RedisStores;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/**
 * Measures the hit rate if Redis has less memory than all entries need: for a region with one segment or with many, and
 * with one Redis key per entry as in other caches.
 *
 * <p>Reads follow Zipf's law, approximately like those of real caches; a value that is not found is put. All variants
 * get the same memory, a fraction of the memory of the entries in one segment. The region store is used without an ORM,
 * which would not affect what is kept.
 */
final class HitRates {

    private static final List<Integer> PERCENTS = List.of(25, 50, 75, 100);
    private static final List<String> POLICIES = List.of("volatile-lru", "allkeys-lru");
    private static final double SKEW = 0.99;
    private static final int SHORTEST = 100;
    private static final int LONGEST = 300;
    private static final Duration TTL = Duration.ofHours(1);

    /** Sent together, as the threads of an application would. */
    private static final int AT_ONCE = 128;

    /**
     * Redis records the last use of a key in seconds: with many keys, it takes some seconds until the order of use is
     * visible.
     */
    private static final int SECONDS_OF_KEYS = 30;

    /** Reads are counted in windows of a hundredth of the entries each. */
    private static final int WARMING_UP = 100;

    private static final int WINDOWS = 500;

    /**
     * One run.
     *
     * @param percent the memory in percent of the memory of the entries in one segment
     * @param lowest the hit rate of the worst window
     * @param evictedKeys the number of evicted keys, each of which is a whole segment or a single entry
     * @param longestEvictionMillis the longest time for which the server did nothing else
     */
    record Result(
            String layout,
            String policy,
            int percent,
            long memoryOfAll,
            double hitRate,
            double lowest,
            long evictedKeys,
            long longestEvictionMillis) {}

    private enum Layout {
        SEGMENTS_1("1 segment"),
        SEGMENTS_16("16 segments"),
        SEGMENTS_256("256 segments"),
        KEYS("a key per entry");

        private final String label;

        Layout(String label) {
            this.label = label;
        }

        Cache open(RedissonClient client) {
            return this == KEYS
                    ? new Keys(client)
                    : new Region(client, Integer.parseInt(label.substring(0, label.indexOf(' '))));
        }
    }

    private interface Cache {

        /** The entries that exist. */
        CompletableFuture<Set<String>> getAll(Set<String> keys);

        CompletableFuture<?> put(String key, byte[] value, long openedAt);

        default void heartbeat() {}
    }

    private record Keys(RedissonClient client) implements Cache {

        @Override
        public CompletableFuture<Set<String>> getAll(Set<String> keys) {
            return client.getBuckets(ByteArrayCodec.INSTANCE)
                    .getAsync(keys.toArray(String[]::new))
                    .toCompletableFuture()
                    .thenApply(Map::keySet);
        }

        @Override
        public CompletableFuture<?> put(String key, byte[] value, long openedAt) {
            return client.getBucket(key, ByteArrayCodec.INSTANCE)
                    .setAsync(value, TTL)
                    .toCompletableFuture();
        }
    }

    private static final class Region implements Cache {

        private final RegionStore store;

        Region(RedissonClient client, int segments) {
            RedisStores stores = new RedisStores(
                    () -> new RedisClient(client, false),
                    () -> CompletableFuture.completedFuture(null),
                    new ConnectionChanges(),
                    "study",
                    Duration.ofMinutes(1),
                    RequestGuard.NONE,
                    CacheListener.NONE);
            store = stores.region(new RegionSpec("region", TTL, 0.1, segments));
        }

        @Override
        public CompletableFuture<Set<String>> getAll(Set<String> keys) {
            return store.readAll(keys, Snapshot.LATEST)
                    .thenApply(found -> found.entrySet().stream()
                            .filter(each -> each.getValue() instanceof Lookup.Hit)
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toSet()));
        }

        @Override
        public CompletableFuture<?> put(String key, byte[] value, long openedAt) {
            return store.put(new Put(key, value, openedAt, Put.Mode.ADD));
        }

        @Override
        public void heartbeat() {
            store.heartbeat(List.of()).exceptionally(failure -> null).join();
        }
    }

    private final int entries;
    private final RedisCommands redis;
    private final RedissonClient client;
    private final double[] cumulated;
    private final List<Result> results = new ArrayList<>();
    private long lastHeartbeat;

    private HitRates(int entries, RedisCommands redis, RedissonClient client) {
        this.entries = entries;
        this.redis = redis;
        this.client = client;
        this.cumulated = new double[entries];
        double sum = 0;
        for (int i = 0; i < entries; i++) {
            sum += Math.pow(i + 1, -SKEW);
            cumulated[i] = sum;
        }
    }

    static List<Result> measure(Options options) {
        try (RedisServer server = RedisServer.start("--latency-monitor-threshold", "1");
                RedisCommands redis = server.connect()) {
            Config config = new Config();
            config.useSingleServer()
                    .setAddress(server.url())
                    .setConnectionPoolSize(4)
                    .setConnectionMinimumIdleSize(4)
                    .setRetryAttempts(0);
            RedissonClient client = Redisson.create(config);
            try {
                HitRates study = new HitRates(options.entries(), redis, client);
                study.run(options.quick() ? 0 : SECONDS_OF_KEYS);
                return study.results;
            } finally {
                client.shutdown();
            }
        }
    }

    private void run(int secondsOfKeys) {
        long[] all = new long[Layout.values().length];
        for (Layout layout : Layout.values()) {
            all[layout.ordinal()] = memoryOfAll(layout);
        }
        for (String policy : POLICIES) {
            for (Layout layout : Layout.values()) {
                for (int percent : PERCENTS) {
                    long nanos = layout == Layout.KEYS ? TimeUnit.SECONDS.toNanos(secondsOfKeys) : 0;
                    run(layout, policy, percent, all[layout.ordinal()], all[0] * percent / 100, nanos);
                }
            }
        }
    }

    private Cache open(Layout layout) {
        redis.call("CONFIG", "SET", "maxmemory", 0);
        redis.flushAll();
        Cache cache = layout.open(client);
        cache.heartbeat();
        return cache;
    }

    private long memoryOfAll(Layout layout) {
        Cache cache = open(layout);
        long before = used();
        fill(cache);
        return used() - before;
    }

    private void run(Layout layout, String policy, int percent, long memoryOfAll, long memory, long nanos) {
        Cache cache = open(layout);
        redis.call("CONFIG", "SET", "maxmemory-policy", policy);
        redis.call("CONFIG", "SET", "maxmemory", used() + memory);
        fill(cache);
        SplittableRandom random = new SplittableRandom(percent);
        int window = entries / 100;
        long nanosOfWindow = nanos / (WARMING_UP + WINDOWS);
        for (int i = 0; i < WARMING_UP; i++) {
            read(cache, random, window, nanosOfWindow);
        }
        redis.resetStatistics();
        redis.call("LATENCY", "RESET");
        double sum = 0;
        double lowest = 1;
        for (int i = 0; i < WINDOWS; i++) {
            double rate = read(cache, random, window, nanosOfWindow);
            sum += rate;
            lowest = Math.min(lowest, rate);
        }
        Result result = new Result(
                layout.label,
                policy,
                percent,
                memoryOfAll,
                sum / WINDOWS,
                lowest,
                Long.parseLong(redis.info("stats").getOrDefault("evicted_keys", "0")),
                longestEvictionMillis());
        // Printed to standard output, as part of JMH's output.
        System.out.println("# " + result);
        results.add(result);
    }

    private long used() {
        return Long.parseLong(redis.info("memory").get("used_memory"));
    }

    private long longestEvictionMillis() {
        return redis.list("LATENCY", "LATEST").stream()
                .map(event -> (List<?>) event)
                .filter(event -> "eviction-del".equals(event.get(0)))
                .mapToLong(event -> (Long) event.get(3))
                .max()
                .orElse(0);
    }

    /** Puts every entry once, in random order. */
    private void fill(Cache cache) {
        List<Integer> order = new ArrayList<>(entries);
        for (int i = 0; i < entries; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));
        for (int from = 0; from < entries; from += AT_ONCE) {
            long openedAt = System.nanoTime();
            List<CompletableFuture<?>> puts = new ArrayList<>();
            for (int id : order.subList(from, Math.min(entries, from + AT_ONCE))) {
                puts.add(cache.put(Integer.toString(id), value(id), openedAt));
            }
            await(puts);
            heartbeatNowAndThen(cache);
        }
    }

    private double read(Cache cache, SplittableRandom random, int reads, long nanos) {
        long begin = System.nanoTime();
        int hits = 0;
        for (int from = 0; from < reads; from += AT_ONCE) {
            int batch = Math.min(AT_ONCE, reads - from);
            long openedAt = System.nanoTime();
            List<Integer> ids = Stream.generate(() -> next(random)).limit(batch).toList();
            Set<String> keys = ids.stream().map(String::valueOf).collect(Collectors.toSet());
            Set<String> found =
                    cache.getAll(keys).exceptionally(failure -> Set.of()).join();
            hits += (int) ids.stream()
                    .filter(id -> found.contains(Integer.toString(id)))
                    .count();
            keys.removeAll(found);
            List<CompletableFuture<?>> puts = new ArrayList<>();
            keys.forEach(key -> puts.add(cache.put(key, value(Integer.parseInt(key)), openedAt)));
            await(puts);
            heartbeatNowAndThen(cache);
        }
        LockSupport.parkNanos(nanos - (System.nanoTime() - begin));
        return (double) hits / reads;
    }

    /** A full server may refuse some. */
    private static void await(List<CompletableFuture<?>> puts) {
        puts.forEach(put -> put.handle((stored, failure) -> stored).join());
    }

    private void heartbeatNowAndThen(Cache cache) {
        if (System.nanoTime() - lastHeartbeat > TimeUnit.SECONDS.toNanos(1)) {
            cache.heartbeat();
            lastHeartbeat = System.nanoTime();
        }
    }

    /** The next entry to read: the lower its number, the more often. */
    private int next(SplittableRandom random) {
        double point = random.nextDouble() * cumulated[entries - 1];
        int from = 0;
        int to = entries - 1;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (cumulated[middle] < point) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private static byte[] value(int id) {
        SplittableRandom random = new SplittableRandom(id);
        byte[] value = new byte[SHORTEST + random.nextInt(LONGEST - SHORTEST)];
        random.nextBytes(value);
        return value;
    }
}
