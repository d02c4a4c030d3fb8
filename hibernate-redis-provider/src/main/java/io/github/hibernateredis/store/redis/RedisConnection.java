package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RequestGuard;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisTryAgainException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.connection.CRC16;
import org.redisson.connection.MasterSlaveEntry;

/**
 * The requests of the store to Redis: a script, or a read of some fields of one hash. Never blocks, and never throws:
 * an exception that Redisson throws from the call itself, as after its shutdown, also fails the future.
 */
final class RedisConnection {

    private static final CompositeCodec FIELD_CODEC =
            new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE, ByteArrayCodec.INSTANCE);

    private static final int CLUSTER_SLOTS = 16_384;
    private static final int ATTEMPTS_WHILE_A_SLOT_MOVES = 10;

    /** Completes late futures; the code that runs on it only sends requests. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS, Runnable::run);

    private final Supplier<RedisClient> client;
    private final RequestGuard guard;
    private final Map<Script, Script.Code> codes = new EnumMap<>(Script.class);

    /**
     * Whether a server that is not used as a cluster has refused keys of several slots in one request, as a proxy may.
     */
    private volatile boolean slotsApart;

    /**
     * @param client called at each use; may throw while there is no client
     * @param guard receives every request
     */
    RedisConnection(Supplier<RedisClient> client, RequestGuard guard) {
        this(client, guard, Script::code);
    }

    /** @param code the code to run for each script: tests remove rules and expect a failure */
    RedisConnection(Supplier<RedisClient> client, RequestGuard guard, Function<Script, Script.Code> code) {
        this.client = client;
        this.guard = guard;
        for (Script script : Script.values()) {
            codes.put(script, code.apply(script));
        }
    }

    /** The current route of a key. */
    Route route(String key) {
        RedisClient known;
        try {
            known = client.get();
        } catch (RuntimeException e) {
            return Route.ANY; // the request will fail for the same reason
        }
        boolean cluster = known.redisson().getConfig().isClusterConfig();
        if (!cluster && !slotsApart) {
            return Route.ANY;
        }
        int slot = slot(key);
        return new Route(slot, cluster ? master(known.redisson(), slot) : "");
    }

    private static int slot(String key) {
        int open = key.indexOf('{');
        return CRC16.crc16(bytes(key.substring(open + 1, key.indexOf('}', open)))) % CLUSTER_SLOTS;
    }

    private static String master(RedissonClient redisson, int slot) {
        if (redisson instanceof Redisson known) {
            MasterSlaveEntry entry =
                    known.getCommandExecutor().getConnectionManager().getEntry(slot);
            return entry == null ? "" : String.valueOf(entry.getClient().getAddr());
        }
        return "";
    }

    /** Whether the keys are spread over the servers of a cluster. */
    boolean isCluster() {
        return client.get().redisson().getConfig().isClusterConfig();
    }

    /**
     * Subscribes to a channel. The messages arrive one by one, in the order in which they were published.
     *
     * @return ends the subscription
     */
    CompletableFuture<Runnable> subscribe(String channel, boolean isSharded, Consumer<byte[]> listener) {
        try {
            RedissonClient redisson = client.get().redisson();
            RTopic topic = isSharded
                    ? redisson.getShardedTopic(channel, ByteArrayCodec.INSTANCE)
                    : redisson.getTopic(channel, ByteArrayCodec.INSTANCE);
            return topic.addListenerAsync(byte[].class, (name, message) -> listener.accept(message))
                    .toCompletableFuture()
                    .thenApply(id -> () -> topic.removeListenerAsync(id));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The {@link System#nanoTime()}. */
    long nanoTime() {
        return System.nanoTime();
    }

    /** A name for an epoch, in case the script has to start one. */
    static String epoch() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    /**
     * Runs a script by its digest, and sends it in full if the server does not have it. While a slot of a cluster
     * moves, the hashes of a request can be on different servers for a moment. Then nothing was done, and the request
     * is repeated.
     */
    CompletableFuture<List<Object>> run(
            RequestKind kind, Route route, Script script, List<Object> keys, Object... arguments) {
        CompletableFuture<List<Object>> reply =
                guard.send(kind, route.server(), () -> run(ATTEMPTS_WHILE_A_SLOT_MOVES, script, keys, arguments));
        return reply.whenComplete((done, failure) -> {
            if (failure != null
                    && !slotsApart
                    && String.valueOf(failure.getMessage()).contains("CROSSSLOT")) {
                slotsApart = true;
            }
        });
    }

    private CompletableFuture<List<Object>> run(int attempts, Script script, List<Object> keys, Object... arguments) {
        return runOnce(script, keys, arguments)
                .exceptionallyCompose(failure -> attempts > 1 && is(RedisTryAgainException.class, failure)
                        ? CompletableFuture.supplyAsync(() -> run(attempts - 1, script, keys, arguments), LATER)
                                .thenCompose(Function.identity())
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<List<Object>> runOnce(Script script, List<Object> keys, Object... arguments) {
        Script.Code code = Objects.requireNonNull(codes.get(script));
        return caught(() -> scripts()
                        .<List<Object>>evalShaAsync(
                                RScript.Mode.READ_WRITE, code.digest(), RScript.ReturnType.LIST, keys, arguments))
                .exceptionallyCompose(failure -> is(RedisNoScriptException.class, failure)
                        ? caught(() -> scripts()
                                .<List<Object>>evalAsync(
                                        RScript.Mode.READ_WRITE,
                                        code.source(),
                                        RScript.ReturnType.LIST,
                                        keys,
                                        arguments))
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean is(Class<? extends Throwable> kind, @Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (kind.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    /** The cause with which a future failed. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Reads the given fields of a hash; the result contains those that exist. */
    CompletableFuture<Map<String, byte[]>> read(Route route, String key, Set<String> fields) {
        return guard.send(
                RequestKind.READ,
                route.server(),
                () -> caught(() ->
                        client.get().readsFromReplicas() ? readByScript(key, fields) : map(key).getAllAsync(fields)));
    }

    private CompletableFuture<Map<String, byte[]>> readByScript(String key, Set<String> fields) {
        List<String> order = List.copyOf(fields);
        Object[] arguments = order.stream().map(RedisConnection::bytes).toArray();
        return run(ATTEMPTS_WHILE_A_SLOT_MOVES, Script.READ, List.of(key), arguments)
                .thenApply(values -> {
                    Map<String, byte[]> found = new HashMap<>();
                    for (int i = 0; i < order.size(); i++) {
                        byte @Nullable [] value = (byte[]) values.get(i);
                        if (value != null) {
                            found.put(order.get(i), value);
                        }
                    }
                    return found;
                });
    }

    /** Sends another command for a hash. */
    <T> CompletableFuture<T> hash(
            RequestKind kind,
            Route route,
            String key,
            Function<RMap<String, byte[]>, ? extends CompletionStage<T>> command) {
        return guard.send(kind, route.server(), () -> caught(() -> command.apply(map(key))));
    }

    private RMap<String, byte[]> map(String key) {
        return client.get().redisson().getMap(key, FIELD_CODEC);
    }

    private RScript scripts() {
        return client.get().redisson().getScript(ByteArrayCodec.INSTANCE);
    }

    private static <T> CompletableFuture<T> caught(Supplier<? extends CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
