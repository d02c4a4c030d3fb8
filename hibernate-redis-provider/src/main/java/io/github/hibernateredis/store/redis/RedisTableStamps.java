package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StampHistory;
import io.github.hibernateredis.store.TableStamps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The table stamps in one Redis hash that never expires. */
final class RedisTableStamps implements TableStamps {

    private final RedisConnection redis;
    private final byte[] lease;
    private final String hash;
    private final List<Object> keys;
    private final StampHistory history = new StampHistory();
    private final LongSupplier nanoTime;

    /** What a damaged stamp counts as: every result is older. */
    private static final long DAMAGED = Long.MAX_VALUE;

    /** Tables whose writer may have died, or whose stamps are damaged. The next pulse finds out, so that no query has to. */
    private final Set<String> seenBeingWritten = ConcurrentHashMap.newKeySet();

    /** The run of the server that answered the last pulse; empty before the first, and if it may not be asked for. */
    private volatile String serverRun = "";

    /** @param nanoTime the clock that the moments are of which callers name: {@link System#nanoTime()} */
    RedisTableStamps(String prefix, String region, RedisConnection redis, long leaseMillis, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.redis = redis;
        this.lease = bytes(leaseMillis);
        this.hash = KeyLayout.tables(prefix, region);
        this.keys = List.of(hash);
    }

    @Override
    public @Nullable Stamp asOf(long openedAt) {
        return history.asOf(openedAt);
    }

    @Override
    public CompletableFuture<Boolean> begin(String holder, Collection<String> tables) {
        return run(Script.TABLES_BEGIN, tables, bytes(holder), lease).thenApply(done -> true);
    }

    @Override
    public CompletableFuture<Void> end(String holder, Collection<String> tables) {
        return run(Script.TABLES_END, tables, bytes(holder));
    }

    @Override
    public CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        Set<String> fields = new LinkedHashSet<>();
        fields.add("s");
        fields.add("v");
        for (String table : tables) {
            fields.add("t" + table);
            fields.add("h" + table);
        }
        return redis.read(hash, fields).thenApply(found -> isCurrent(tables, result, found));
    }

    private boolean isCurrent(Collection<String> tables, Stamp result, Map<String, byte[]> found) {
        byte @Nullable [] line = found.get("s");
        byte @Nullable [] version = found.get("v");
        if (line == null || version == null) {
            return false;
        }
        Stamp newest = Stamp.parseIfWhole(text(line));
        if (newest == null) {
            return false;
        }
        arrived(newest);
        if (!result.incarnation().equals(newest.incarnation()) || isNewer(version, result)) {
            return false;
        }
        boolean current = true;
        List<String> beingWritten = new ArrayList<>();
        for (String table : tables) {
            byte @Nullable [] last = found.get("t" + table);
            if (last != null && isNewer(last, result)) {
                current = false;
            }
            if (found.containsKey("h" + table) || last != null && number(last) == DAMAGED) {
                beingWritten.add(table);
            }
        }
        if (!beingWritten.isEmpty()) {
            seenBeingWritten.addAll(beingWritten);
            return false;
        }
        return current;
    }

    private static boolean isNewer(byte[] number, Stamp result) {
        return number(number) > result.number();
    }

    private static long number(byte[] stored) {
        try {
            return Long.parseLong(text(stored));
        } catch (NumberFormatException e) {
            return DAMAGED;
        }
    }

    @Override
    public CompletableFuture<Void> clear() {
        return run(Script.TABLES_CLEAR, List.of());
    }

    @Override
    public CompletableFuture<Void> pulse(Collection<Holding> holdings) {
        List<String> pairs = new ArrayList<>();
        for (Holding holding : holdings) {
            for (String table : holding.tables()) {
                pairs.add(holding.holder());
                pairs.add(table);
            }
        }
        CompletableFuture<Void> pulse = send(Script.TABLES_PULSE, pairs, lease, bytes(serverRun))
                .thenAccept(reply -> serverRun = text(reply.get(1)));
        List<String> seen = List.copyOf(seenBeingWritten);
        if (seen.isEmpty()) {
            return pulse;
        }
        seen.forEach(seenBeingWritten::remove);
        return CompletableFuture.allOf(pulse, run(Script.TABLES_RESOLVE, seen));
    }

    @Override
    public CompletableFuture<@Nullable String> sign() {
        return redis.read(hash, Set.of("q")).thenApply(found -> {
            byte @Nullable [] sign = found.get("q");
            return sign == null ? null : text(sign);
        });
    }

    private CompletableFuture<Void> run(Script script, Collection<String> rest, byte[]... first) {
        return send(script, rest, first).thenAccept(reply -> {});
    }

    private CompletableFuture<List<Object>> send(Script script, Collection<String> rest, byte[]... first) {
        List<Object> arguments = new ArrayList<>(1 + first.length + rest.size());
        arguments.add(bytes(RedisConnection.incarnation()));
        arguments.addAll(List.of(first));
        rest.forEach(argument -> arguments.add(bytes(argument)));
        return redis.run(script, keys, arguments.toArray()).thenApply(reply -> {
            arrived(Stamp.parse(text((byte[]) reply.get(0))));
            return reply;
        });
    }

    private void arrived(Stamp stamp) {
        history.arrived(stamp, nanoTime.getAsLong(), true);
    }

    @Override
    public String toString() {
        return "table stamps in " + hash;
    }
}
