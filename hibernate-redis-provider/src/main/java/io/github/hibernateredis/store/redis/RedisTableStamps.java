package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StampHistory;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStates;
import io.github.hibernateredis.store.TableUpdate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final String name;
    private final String hash;
    private final StampHistory history = new StampHistory();
    private final LongSupplier nanoTime;
    private volatile @Nullable InvalidationListener follower;

    /**
     * Tables whose writer may have died, or whose stamp is damaged. The next heartbeat checks them, so that no query
     * has to.
     */
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();

    /**
     * The run id of the server that answered the last heartbeat; empty before the first one, and if it may not be read.
     */
    private volatile String serverRun = "";

    /** @param nanoTime the clock of the moments that callers pass: {@link System#nanoTime()} */
    RedisTableStamps(String prefix, String region, RedisConnection redis, long leaseMillis, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.redis = redis;
        this.lease = bytes(leaseMillis);
        this.name = region;
        this.hash = KeyLayout.tables(prefix, region);
    }

    @Override
    public String name() {
        return name;
    }

    String hash() {
        return hash;
    }

    @Override
    public @Nullable Stamp asOf(long openedAt) {
        return history.asOf(openedAt);
    }

    @Override
    public CompletableFuture<@Nullable String> lastHeartbeat() {
        return redis.read(redis.route(hash), hash, Set.of("q")).thenApply(found -> {
            byte @Nullable [] sign = found.get("q");
            return sign == null ? null : text(sign);
        });
    }

    @Override
    public CompletableFuture<TableStates> read(Collection<String> tables) {
        Set<String> fields = new LinkedHashSet<>();
        fields.add("s");
        fields.add("v");
        for (String table : tables) {
            fields.add("t" + table);
            fields.add("h" + table);
        }
        return redis.read(redis.route(hash), hash, fields).thenApply(found -> {
            try {
                return states(tables, found);
            } catch (RuntimeException e) {
                doubtful.addAll(tables); // damaged or missing: the next heartbeat resets it
                throw e;
            }
        });
    }

    private TableStates states(Collection<String> tables, Map<String, byte[]> found) {
        byte @Nullable [] line = found.get("s");
        byte @Nullable [] version = found.get("v");
        if (line == null || version == null) {
            throw new IllegalStateException("There are no table stamps in " + hash);
        }
        Invalidations now = answered(line);
        Map<String, Long> lastUpdates = new HashMap<>();
        List<String> beingWritten = new ArrayList<>();
        for (String table : tables) {
            byte @Nullable [] last = found.get("t" + table);
            if (found.containsKey("h" + table)) {
                beingWritten.add(table);
            } else {
                lastUpdates.put(table, last == null ? 0 : Long.parseLong(text(last)));
            }
        }
        doubtful.addAll(beingWritten);
        return new TableStates(now, Long.parseLong(text(version)), lastUpdates);
    }

    @Override
    public long mostAgeNanos() {
        return 0;
    }

    @Override
    public CompletableFuture<Void> clear() {
        return run(Script.TABLES_CLEAR, List.of()).thenAccept(reply -> {});
    }

    @Override
    public CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates) {
        List<byte[]> arguments = new ArrayList<>(List.of(lease, bytes(serverRun)));
        Map<String, List<String>> markers = new LinkedHashMap<>();
        for (TableUpdate update : updates) {
            for (String table : update.tables()) {
                markers.computeIfAbsent(table, unknown -> new ArrayList<>()).add(update.id());
            }
        }
        markers.forEach((table, ids) -> {
            arguments.add(bytes(table));
            arguments.add(bytes(String.valueOf(ids.size())));
            ids.forEach(id -> arguments.add(bytes(id)));
        });
        CompletableFuture<Void> heartbeat =
                run(Script.TABLES_HEARTBEAT, arguments).thenAccept(reply -> serverRun = text(reply.get(1)));
        List<String> seen = List.copyOf(doubtful);
        if (seen.isEmpty()) {
            return heartbeat;
        }
        seen.forEach(doubtful::remove);
        return CompletableFuture.allOf(
                heartbeat,
                run(
                        Script.TABLES_RESOLVE,
                        seen.stream().map(RedisConnection::bytes).toList()));
    }

    private CompletableFuture<List<Object>> run(Script script, Collection<byte[]> rest) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(newEpoch());
        arguments.addAll(rest);
        return redis.run(RequestKind.HEARTBEAT, redis.route(hash), script, List.of(hash), arguments.toArray())
                .thenApply(reply -> {
                    answered(reply.get(0));
                    return reply;
                });
    }

    /** Adds the arguments about tables that the scripts of transactions expect. */
    void addTo(List<Object> arguments, Collection<String> tables) {
        arguments.add(newEpoch());
        tables.forEach(table -> arguments.add(bytes(table)));
    }

    private static byte[] newEpoch() {
        return bytes(RedisConnection.epoch());
    }

    /** Notes the newest stamp of an answer. */
    Invalidations answered(Object answer) {
        Line line = Line.parse(text(answer));
        history.arrived(line.stamp(), nanoTime.getAsLong(), true);
        Invalidations now = new Invalidations(hash, line.stamp().epoch(), line.invalidations());
        InvalidationListener listener = follower;
        if (listener != null) {
            listener.counted(name, now);
        }
        return now;
    }

    /** Sets a listener for the numbers of invalidations in all answers. */
    void follow(InvalidationListener listener) {
        follower = listener;
    }

    @Override
    public String toString() {
        return "table stamps in " + hash;
    }
}
