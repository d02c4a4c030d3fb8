package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StampHistory;
import io.github.hibernateredis.store.StoredValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A region, or one of its segments, in two Redis hashes. */
final class RedisRegionStore implements RegionInLayout {

    /** How much longer than its youngest item the data map lives. */
    private static final long DATA_MARGIN_MILLIS = 60_000;

    /** How many items one command reads: while it runs, Redis serves nobody else. */
    private static final int READ_AT_ONCE = 1000;

    /** What raises a floor or the region version. */
    private static final Set<Script> WRITES = EnumSet.of(
            Script.UNLOCK, Script.INSERT, Script.EVICT, Script.CLEAR, Script.LOCK_REGION, Script.UNLOCK_REGION);

    private static final byte[] ONE = bytes(1);
    private static final byte[] ZERO = bytes(0);

    private final String name;
    private final RedisConnection redis;
    private final ItemLife life;
    private final byte[] lease;
    private final byte[] dataTtl;
    private final KeyLayout.Segment place;
    private final String layoutPrefix;
    private final String data;
    private final List<Object> keys;
    private final StampHistory history = new StampHistory();
    private final LongSupplier nanoTime;
    private final ServerClock clock;

    /** Whether the server expires hash fields, as of the last pulse: another server may have taken over since the first. */
    private volatile boolean fieldExpiry;

    /** The run of the server that answered the last pulse; empty before the first, and if it may not be asked for. */
    private volatile String serverRun = "";

    /** @param nanoTime the clock that the moments are of which callers name: {@link System#nanoTime()} */
    RedisRegionStore(
            String name,
            KeyLayout.Segment place,
            RedisConnection redis,
            ItemLife life,
            long leaseMillis,
            LongSupplier nanoTime) {
        this.name = name;
        this.place = place;
        this.layoutPrefix = place.layout().prefix();
        this.nanoTime = nanoTime;
        this.clock = new ServerClock(nanoTime);
        this.redis = redis;
        this.life = life;
        this.lease = bytes(leaseMillis);
        this.dataTtl = bytes(life.ttlMillis() + DATA_MARGIN_MILLIS);
        this.data = place.data();
        this.keys = List.of(place.guards(), data);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<byte @Nullable []> get(String key) {
        return read(key, null);
    }

    @Override
    public CompletableFuture<byte @Nullable []> getAsOf(String key, long openedAt) {
        Stamp opening = history.asOf(openedAt);
        return opening == null ? CompletableFuture.completedFuture(null) : read(key, opening);
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAll(Set<String> keys) {
        return readAll(keys, null);
    }

    @Override
    public CompletableFuture<Map<String, byte[]>> getAllAsOf(Set<String> keys, long openedAt) {
        Stamp opening = history.asOf(openedAt);
        return opening == null ? CompletableFuture.completedFuture(Map.of()) : readAll(keys, opening);
    }

    private CompletableFuture<byte @Nullable []> read(String key, @Nullable Stamp notAfter) {
        return redis.read(data, Set.of(KeyLayout.STAMP_FIELD, key))
                .thenApply(fields -> visible(fields.get(key), fields.get(KeyLayout.STAMP_FIELD), notAfter));
    }

    private CompletableFuture<Map<String, byte[]>> readAll(Set<String> keys, @Nullable Stamp notAfter) {
        if (keys.size() <= READ_AT_ONCE) {
            return readSome(keys, notAfter);
        }
        List<CompletableFuture<Map<String, byte[]>>> replies = new ArrayList<>();
        List<String> all = List.copyOf(keys);
        for (int i = 0; i < all.size(); i += READ_AT_ONCE) {
            replies.add(readSome(all.subList(i, Math.min(all.size(), i + READ_AT_ONCE)), notAfter));
        }
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<String, byte[]> found = new HashMap<>();
                    replies.forEach(reply -> found.putAll(reply.join()));
                    return found;
                });
    }

    private CompletableFuture<Map<String, byte[]>> readSome(Collection<String> keys, @Nullable Stamp notAfter) {
        Set<String> all = new HashSet<>(keys);
        all.add(KeyLayout.STAMP_FIELD);
        return redis.read(data, all).thenApply(fields -> {
            byte @Nullable [] line = fields.get(KeyLayout.STAMP_FIELD);
            Map<String, byte[]> found = new HashMap<>();
            for (String key : keys) {
                byte @Nullable [] value = visible(fields.get(key), line, notAfter);
                if (value != null) {
                    found.put(key, value);
                }
            }
            return found;
        });
    }

    /** The value of an item that counts; the line is what the stamp's field says, and without it nothing counts. */
    private byte @Nullable [] visible(byte @Nullable [] envelope, byte @Nullable [] line, @Nullable Stamp notAfter) {
        if (line == null) {
            return null;
        }
        Stamp newest = Stamp.parseIfWhole(text(line));
        if (newest == null || !Layout.isNamed(newest.incarnation(), layoutPrefix)) {
            return null;
        }
        arrived(newest, false);
        StoredValue item = envelope == null ? null : StoredValue.read(envelope);
        if (item == null || clock.hasPassed(item.expiry())) {
            return null;
        }
        boolean visible = notAfter == null
                || notAfter.incarnation().equals(newest.incarnation()) && item.stamp() <= notAfter.number();
        return visible ? item.value() : null;
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value, long openedAt) {
        return put(key, value, openedAt, ZERO);
    }

    @Override
    public CompletableFuture<Boolean> replace(String key, byte[] value, long openedAt) {
        return put(key, value, openedAt, ONE);
    }

    private CompletableFuture<Boolean> put(String key, byte[] value, long openedAt, byte[] replace) {
        Stamp opening = history.asOf(openedAt);
        if (opening == null) {
            return CompletableFuture.completedFuture(false);
        }
        return segment(
                        Script.PUT,
                        bytes(key),
                        bucket(key),
                        openingNumber(opening),
                        openingIncarnation(opening),
                        replace,
                        bytes(life.next()),
                        expiryFlag(),
                        value)
                .thenApply(RedisRegionStore::stored);
    }

    @Override
    public CompletableFuture<Boolean> lock(String key, String lockId, long openedAt) {
        Stamp opening = history.asOf(openedAt);
        return segment(
                        Script.LOCK,
                        bytes(key),
                        bucket(key),
                        bytes(lockId),
                        lease,
                        openingNumber(opening),
                        openingIncarnation(opening))
                .thenApply(reply -> true);
    }

    @Override
    public CompletableFuture<Boolean> unlock(String key, String lockId, byte @Nullable [] value) {
        List<byte[]> arguments =
                new ArrayList<>(List.of(bytes(key), bucket(key), bytes(lockId), bytes(life.next()), expiryFlag()));
        if (value != null) {
            arguments.add(value);
        }
        return segment(Script.UNLOCK, arguments.toArray(byte[][]::new)).thenApply(RedisRegionStore::stored);
    }

    @Override
    public CompletableFuture<Boolean> insert(String key, byte[] value, long openedAt) {
        Stamp opening = history.asOf(openedAt);
        return segment(
                        Script.INSERT,
                        bytes(key),
                        bucket(key),
                        openingNumber(opening),
                        openingIncarnation(opening),
                        bytes(life.next()),
                        expiryFlag(),
                        value)
                .thenApply(RedisRegionStore::stored);
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return segment(Script.EVICT, bytes(key), bucket(key)).thenAccept(reply -> {});
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return RedisConnection.caught(() -> redis.map(data).fastRemoveAsync(key))
                .thenAccept(removed -> {});
    }

    @Override
    public CompletableFuture<Void> clear() {
        return segment(Script.CLEAR).thenAccept(reply -> {});
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        return segment(Script.LOCK_REGION, bytes(lockId), lease).thenApply(reply -> true);
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return segment(Script.UNLOCK_REGION, bytes(lockId)).thenAccept(reply -> {});
    }

    @Override
    public CompletableFuture<Void> pulse(Collection<String> regionLocks) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(lease);
        arguments.add(bytes(serverRun));
        regionLocks.forEach(id -> arguments.add(bytes(id)));
        return segment(Script.PULSE, arguments.toArray(byte[][]::new)).thenAccept(reply -> {
            clock.observed(Long.parseLong(text(reply.get(1))));
            fieldExpiry = (Long) reply.get(2) == 1;
            serverRun = text(reply.get(3));
        });
    }

    @Override
    public CompletableFuture<Long> begin(long heldMillis) {
        return segment(Script.BEGIN, bytes(heldMillis)).thenApply(reply -> (Long) reply.get(1));
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        CompletableFuture<Integer> items =
                RedisConnection.caught(() -> redis.map(data).sizeAsync());
        CompletableFuture<Long> memory =
                RedisConnection.caught(() -> redis.map(data).sizeInMemoryAsync());
        return items.thenCombine(memory, (fields, bytes) -> new RegionSize(Math.max(0, fields - 1), bytes));
    }

    private CompletableFuture<List<Object>> segment(Script script, byte[]... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = bytes(layoutPrefix + RedisConnection.incarnation());
        all[1] = dataTtl;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return redis.run(script, keys, all).thenApply(reply -> {
            arrived(Stamp.parse(text(reply.get(0))), WRITES.contains(script));
            return reply;
        });
    }

    private void arrived(Stamp stamp, boolean byWrite) {
        history.arrived(stamp, nanoTime.getAsLong(), byWrite);
    }

    private static byte[] openingNumber(@Nullable Stamp opening) {
        return bytes(opening == null ? -1 : opening.number());
    }

    private static byte[] openingIncarnation(@Nullable Stamp opening) {
        return bytes(opening == null ? "" : opening.incarnation());
    }

    private static boolean stored(List<Object> reply) {
        return (Long) reply.get(1) == 1;
    }

    private byte[] bucket(String key) {
        return bytes(KeyLayout.bucket(key, place.buckets()));
    }

    private byte[] expiryFlag() {
        return fieldExpiry ? ONE : ZERO;
    }

    @Override
    public String toString() {
        return "region " + name + " in " + keys;
    }

    /** How long items live: each a little shorter than the TTL by chance, so that they do not all expire at once. */
    record ItemLife(long ttlMillis, double jitter) {

        long next() {
            double cut = jitter * ThreadLocalRandom.current().nextDouble();
            return Math.max(1, Math.round(ttlMillis * (1 - cut)));
        }
    }

    /**
     * The server's time as known here: what it told last, and how long ago that was by the local monotonic clock. It runs
     * late by the time that the reply took, never early by more than the two clocks drift between pulses, and no wall
     * clock of this machine is asked. (I4) As long as nothing is known, everything that expires counts as expired.
     */
    private static final class ServerClock {

        private record Reading(long serverMicros, long at) {}

        private final LongSupplier nanoTime;
        private volatile @Nullable Reading last;

        ServerClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        void observed(long serverMicros) {
            last = new Reading(serverMicros, nanoTime.getAsLong());
        }

        boolean hasPassed(long expiryMillis) {
            if (expiryMillis == Long.MAX_VALUE) {
                return false;
            }
            Reading reading = last;
            if (reading == null) {
                return true;
            }
            long now = reading.serverMicros + (nanoTime.getAsLong() - reading.at) / 1000;
            return expiryMillis <= now / 1000;
        }
    }
}
