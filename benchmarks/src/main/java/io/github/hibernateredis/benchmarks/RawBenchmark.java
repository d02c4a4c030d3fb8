package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.benchmarks.domain.Product;
import io.github.hibernateredis.testing.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RMap;
import org.redisson.api.RScript;
import org.redisson.api.RScriptAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;
import redis.clients.jedis.RedisClient;

/**
 * The limits: one request to Redis by the client alone, with default settings, for the bytes that the provider has
 * stored for products.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class RawBenchmark {

    private static final int PRODUCTS = 200;
    private static final int MANY = 21;
    private static final String SCRIPT = "return redis.call('hget', KEYS[1], ARGV[1])";

    /** The milliseconds that the network adds to a round trip. */
    @Param({"0", "1"})
    public int latency;

    private RedissonClient redisson;
    private RMap<String, byte[]> map;
    private RScript scripts;
    private String digest;
    private RedisClient jedis;
    private byte[] hash;
    private List<Object> keys;
    private List<String> fields;

    /** Called by JMH. */
    public RawBenchmark() {}

    /** Lets the provider store the products, and finds their hash. */
    @Setup
    public void open() {
        try (Shop shop = Shop.open(Provider.OURS, 0)) {
            shop.fill(PRODUCTS, id -> new Product(id, 20));
            shop.load(PRODUCTS, Product.class);
        }
        String name;
        try (RedisCommands redis = RedisCommands.connect(Servers.redisUrl(0))) {
            name = redis.keys("*{" + Product.class.getName() + "}*").stream()
                    .filter(key -> "hash".equals(redis.string("TYPE", key)))
                    .max(Comparator.comparingLong(key -> redis.number("HLEN", key)))
                    .orElseThrow();
            fields = redis.list("HKEYS", name).stream()
                    .map(String.class::cast)
                    .filter(field -> !field.startsWith("!")) // the provider's own field
                    .toList();
        }
        if (fields.size() < MANY) {
            throw new IllegalStateException("Only " + fields.size() + " entries in " + name);
        }
        hash = name.getBytes(StandardCharsets.UTF_8);
        keys = List.of(name);
        Config config = new Config();
        config.useSingleServer().setAddress(Servers.redisUrl(latency));
        redisson = Redisson.create(config);
        map = redisson.getMap(name, new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE));
        scripts = redisson.getScript(ByteArrayCodec.INSTANCE);
        digest = scripts.scriptLoad(SCRIPT);
        jedis = RedisClient.create(Servers.redisUrl(latency));
        if (redissonGet().length < 20
                || redissonGetAll().size() != MANY
                || !jedisHmget().stream().allMatch(Objects::nonNull)) {
            throw new IllegalStateException("Not the bytes that were to be read");
        }
    }

    /** Closes the clients. */
    @TearDown
    public void close() {
        redisson.shutdown();
        jedis.close();
    }

    /** The unit of all reports. */
    @Benchmark
    public byte[] redissonGet() {
        return map.get(field());
    }

    /** The same by eight threads at once: the operations per time of all of them. */
    @Benchmark
    @Threads(8)
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public byte[] redissonGetEightThreads() {
        return map.get(field());
    }

    /** As many fields as an order, or a query's result, with its twenty entities. */
    @Benchmark
    public Map<String, byte[]> redissonGetAll() {
        return map.getAll(manyFields());
    }

    /** A script that does the same as {@code HGET}. */
    @Benchmark
    public Object redissonScript() {
        byte[] field = field().getBytes(StandardCharsets.UTF_8);
        return scripts.evalSha(RScript.Mode.READ_ONLY, digest, RScript.ReturnType.VALUE, keys, field);
    }

    /** A batch with one command. */
    @Benchmark
    public Object redissonBatch() {
        RBatch batch = redisson.createBatch();
        batch.getMap(map.getName(), map.getCodec()).getAsync(field());
        return batch.execute().getResponses();
    }

    /** Two scripts, sent one after another and then awaited. */
    @Benchmark
    public Object redissonTwoScripts() {
        CompletionStage<Object> first = script(scripts);
        CompletionStage<Object> second = script(scripts);
        return List.of(
                first.toCompletableFuture().join(), second.toCompletableFuture().join());
    }

    /** The same in a batch. */
    @Benchmark
    public Object redissonTwoScriptsInABatch() {
        RBatch batch = redisson.createBatch();
        script(batch.getScript(ByteArrayCodec.INSTANCE));
        script(batch.getScript(ByteArrayCodec.INSTANCE));
        return batch.execute().getResponses();
    }

    private CompletionStage<Object> script(RScriptAsync api) {
        byte[] field = field().getBytes(StandardCharsets.UTF_8);
        return api.evalShaAsync(RScript.Mode.READ_ONLY, digest, RScript.ReturnType.VALUE, keys, field);
    }

    /** One connection of a pool. */
    @Benchmark
    public byte[] jedisHget() {
        return jedis.hget(hash, field().getBytes(StandardCharsets.UTF_8));
    }

    /** Like {@link #redissonGetAll()}. */
    @Benchmark
    public Collection<byte[]> jedisHmget() {
        byte[][] many = manyFields().stream()
                .map(field -> field.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return jedis.hmget(hash, many);
    }

    private String field() {
        return fields.get(ThreadLocalRandom.current().nextInt(fields.size()));
    }

    private Set<String> manyFields() {
        int first = ThreadLocalRandom.current().nextInt(fields.size() - MANY + 1);
        return new HashSet<>(fields.subList(first, first + MANY));
    }
}
