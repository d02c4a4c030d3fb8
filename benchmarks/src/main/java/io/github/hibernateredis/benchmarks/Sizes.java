package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.benchmarks.domain.Customer;
import io.github.hibernateredis.testing.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Measures the size of cached customers on the server: the memory of all keys, as the server reports it, divided by the
 * number of customers; and the bytes of field names and values in hashes, which are most of it.
 */
final class Sizes {

    private static final byte[] FIRST = ScanParams.SCAN_POINTER_START_BINARY;
    private static final ScanParams MANY = new ScanParams().count(1_000);

    /** One key; {@code fields} are the elements of a hash, with the sums of their bytes, and zero for other types. */
    record Key(String name, String type, long memory, long fields, long fieldBytes, long valueBytes) {}

    /** All keys of a provider. Its entries are in the hash with the most bytes of values. */
    record Result(
            String provider,
            String compression,
            int entities,
            double memoryPerEntity,
            double keyBytesPerEntry,
            double valueBytesPerEntry,
            List<Key> keys) {}

    private Sizes() {}

    static List<Result> measure(List<Provider> providers, Options options) {
        List<Result> results = new ArrayList<>();
        for (Provider provider : providers) {
            try (Shop shop = Shop.open(provider, 0)) {
                shop.fill(options.entries(), Customer::new);
                shop.load(options.entries(), Customer.class);
                Result result = weigh(provider, options.entries());
                // Printed to standard output, as part of JMH's output.
                System.out.println("# " + result);
                results.add(result);
            }
        }
        return results;
    }

    private static Result weigh(Provider provider, int entities) {
        List<Key> keys = new ArrayList<>();
        try (RedisClient redis = RedisClient.create(Servers.redisUrl(0));
                var names = RedisCommands.connect(Servers.redisUrl(0))) {
            SortedSet<String> all = names.keys("*");
            for (String name : all) {
                keys.add(weigh(redis, name));
            }
        }
        Key largest =
                keys.stream().max(Comparator.comparingLong(Key::valueBytes)).orElseThrow();
        if (largest.fields < entities) {
            Warnings.add("Sizes of " + provider.label() + ": only " + largest.fields + " of " + entities
                    + " entities are in " + largest.name);
        }
        long memory = keys.stream().mapToLong(Key::memory).sum();
        return new Result(
                provider.label(),
                "none",
                entities,
                (double) memory / entities,
                (double) largest.fieldBytes / largest.fields,
                (double) largest.valueBytes / largest.fields,
                keys);
    }

    private static Key weigh(RedisClient redis, String name) {
        String type = redis.type(name);
        long fields = 0;
        long fieldBytes = 0;
        long valueBytes = 0;
        if (type.equals("hash")) {
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            byte[] cursor = FIRST;
            do {
                ScanResult<Map.Entry<byte[], byte[]>> page = redis.hscan(key, cursor, MANY);
                for (Map.Entry<byte[], byte[]> entry : page.getResult()) {
                    fields++;
                    fieldBytes += entry.getKey().length;
                    valueBytes += entry.getValue().length;
                }
                cursor = page.getCursorAsBytes();
            } while (!Arrays.equals(cursor, FIRST));
        }
        return new Key(name, type, redis.memoryUsage(name, 0), fields, fieldBytes, valueBytes);
    }
}
