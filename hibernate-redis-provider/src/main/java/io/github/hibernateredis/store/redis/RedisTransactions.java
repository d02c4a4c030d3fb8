package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import io.github.hibernateredis.store.redis.Segment.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the writes of transactions: one script call for each slot, or several if there are too many entries for one
 * call.
 */
final class RedisTransactions {

    private static final byte[] NOTHING = {};

    private final RedisConnection redis;
    private final byte[] lease;
    private final CacheListener events;
    private final Function<String, @Nullable RedisRegionStore> regions;
    private final Function<String, @Nullable RedisTableStamps> tables;

    /**
     * @param regions finds a region by its qualified name
     * @param tables finds the table stamps by the qualified name of their region
     */
    RedisTransactions(
            RedisConnection redis,
            long leaseMillis,
            CacheListener events,
            Function<String, @Nullable RedisRegionStore> regions,
            Function<String, @Nullable RedisTableStamps> tables) {
        this.redis = redis;
        this.lease = bytes(leaseMillis);
        this.events = events;
        this.regions = regions;
        this.tables = tables;
    }

    CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        Ready ready = new Ready();
        begin.locks().forEach(lock -> ready.need(lock.key()));
        return ready.then(() -> new Beginning(ready, begin).send());
    }

    CompletableFuture<WriteFailures> end(TransactionEnd end) {
        Ready ready = new Ready();
        end.unlocks().forEach(unlock -> ready.need(unlock.key()));
        end.inserts().forEach(insert -> ready.need(insert.key()));
        end.evictions().forEach(ready::need);
        return ready.then(() -> new Ending(ready, end).send());
    }

    /** The segments of the regions in a transaction, or why they are unknown. Used by one thread at a time. */
    private final class Ready {

        private final Map<String, Segment.All> segments = new HashMap<>();
        private final Map<String, Throwable> failures = new HashMap<>();
        private final Map<String, CompletableFuture<Segment.All>> asked = new HashMap<>();

        void need(StoreKey key) {
            String name = key.region();
            if (segments.containsKey(name) || failures.containsKey(name) || asked.containsKey(name)) {
                return;
            }
            RedisRegionStore region = regions.apply(name);
            if (region == null) {
                failures.put(name, new IllegalArgumentException("There is no region " + name));
                return;
            }
            Segment.All known = region.knownSegments();
            if (known != null) {
                segments.put(name, known);
            } else {
                asked.put(name, region.segments());
            }
        }

        <T> CompletableFuture<T> then(Supplier<CompletableFuture<T>> action) {
            return asked.isEmpty()
                    ? action.get()
                    : CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                            .handle((done, anyFailure) -> {
                                asked.forEach((name, answer) -> answer.whenComplete((known, failure) -> {
                                    if (failure == null) {
                                        segments.put(name, known);
                                    } else {
                                        failures.put(name, failure);
                                    }
                                }));
                                return action.get();
                            })
                            .thenCompose(Function.identity());
        }
    }

    /** The common part of begin and end: entries of many regions, and tables. */
    private abstract class Writes<T> implements Batch.Reader<T> {

        private final Ready ready;
        private final @Nullable TableUpdate update;
        private final @Nullable RedisTableStamps stamps;
        private final Function<Segment, List<byte[]>> header;
        private final Map<Route, List<Batch<T>>> batches = new HashMap<>();
        private final Map<String, Throwable> failures = new HashMap<>();
        private @Nullable Throwable tablesFailure;

        Writes(Ready ready, @Nullable TableUpdate update, Function<Segment, List<byte[]>> header) {
            this.ready = ready;
            this.update = update;
            this.stamps = update == null ? null : tables.apply(update.region());
            this.header = header;
            failures.putAll(ready.failures);
        }

        abstract Script script();

        abstract List<byte[]> firstArguments(int segments, byte[] marker);

        /** The segment of the key; null if it is unknown. */
        final @Nullable Segment segment(StoreKey key) {
            Segment.All segments = ready.segments.get(key.region());
            return segments == null ? null : segments.of(key.key());
        }

        final void add(Segment segment, T entry, long size, List<byte[]> arguments) {
            List<Batch<T>> some = batches.computeIfAbsent(redis.route(segment.guards()), route -> new ArrayList<>());
            if (some.isEmpty() || !some.get(some.size() - 1).hasRoom(size)) {
                some.add(new Batch<>(header));
            }
            some.get(some.size() - 1).add(segment, entry, size, arguments);
        }

        /** Sends all calls at the same time. The tables are part of the first call for their slot. */
        final CompletableFuture<Void> sendAll() {
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            RedisTableStamps unsent = stamps;
            Route tablesRoute = unsent == null ? null : redis.route(unsent.hash());
            if (update != null && unsent == null) {
                tablesFailure = new IllegalArgumentException("No table stamps " + update.region());
            }
            if (tablesRoute != null) {
                batches.computeIfAbsent(tablesRoute, route -> new ArrayList<>(List.of(new Batch<>(header))));
            }
            for (Map.Entry<Route, List<Batch<T>>> entry : batches.entrySet()) {
                for (Batch<T> batch : entry.getValue()) {
                    boolean withTables = unsent != null && entry.getKey().equals(tablesRoute);
                    sent.add(send(entry.getKey(), batch, withTables ? unsent : null));
                    unsent = withTables ? null : unsent;
                }
            }
            return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
        }

        private CompletableFuture<Void> send(Route route, Batch<T> batch, @Nullable RedisTableStamps withTables) {
            List<Object> keys = batch.keys();
            byte[] marker = withTables == null
                    ? NOTHING
                    : bytes(Objects.requireNonNull(update).id());
            List<Object> arguments = new ArrayList<>(firstArguments(batch.segments(), marker));
            batch.addArgumentsTo(arguments);
            if (withTables != null) {
                keys.add(withTables.hash());
                withTables.addTo(arguments, Objects.requireNonNull(update).tables());
            }
            return redis.run(RequestKind.WRITE, route, script(), keys, arguments.toArray())
                    .handle((replies, failure) -> {
                        synchronized (this) {
                            if (failure != null) {
                                batch.fail(failure, this);
                                tablesFailure = withTables == null ? tablesFailure : failure;
                            } else {
                                batch.read(replies, script() == Script.END, this);
                                if (withTables != null) {
                                    withTables.answered(replies.get(replies.size() - 1));
                                }
                            }
                        }
                        return null;
                    });
        }

        @Override
        public void failed(Segment segment, List<T> entries, Throwable failure) {
            failures.putIfAbsent(segment.region().name(), failure);
        }

        final WriteFailures failures() {
            return failures.isEmpty() && tablesFailure == null
                    ? WriteFailures.NONE
                    : new WriteFailures(Map.copyOf(failures), tablesFailure);
        }
    }

    private final class Beginning extends Writes<StoreKey> {

        private final Map<StoreKey, Stamp> held = new HashMap<>();
        private final TransactionBegin begin;

        Beginning(Ready ready, TransactionBegin begin) {
            super(ready, begin.update(), segment -> List.of());
            this.begin = begin;
        }

        CompletableFuture<TransactionBegun> send() {
            for (TransactionBegin.Lock lock : begin.locks()) {
                Segment segment = segment(lock.key());
                if (segment != null) {
                    String key = lock.key().key();
                    add(
                            segment,
                            lock.key(),
                            0,
                            List.of(
                                    bytes(key),
                                    segment.bucket(key),
                                    bytes(lock.id()),
                                    segment.opening(lock.openedAt())));
                }
            }
            return sendAll().thenApply(done -> {
                WriteFailures failures = failures();
                return new TransactionBegun(Map.copyOf(held), failures.tables() == null, failures);
            });
        }

        @Override
        Script script() {
            return Script.BEGIN;
        }

        @Override
        List<byte[]> firstArguments(int segments, byte[] marker) {
            return List.of(lease, bytes(segments), marker);
        }

        @Override
        public void answered(Segment segment, List<StoreKey> keys, Answer answer) {
            for (int i = 0; i < keys.size(); i++) {
                long number = Long.parseLong(answer.words()[i + 1]);
                held.put(keys.get(i), new Stamp(number, answer.newest().epoch()));
            }
        }
    }

    /** What is sent about an entry. */
    private record Sent(StoreKey key, boolean hasValue) {}

    private final class Ending extends Writes<Sent> {

        private final TransactionEnd end;

        Ending(Ready ready, TransactionEnd end) {
            super(ready, end.update(), segment -> List.of(segment.fieldExpiry()));
            this.end = end;
        }

        CompletableFuture<WriteFailures> send() {
            for (TransactionEnd.Unlock unlock : end.unlocks()) {
                byte @Nullable [] value = unlock.value();
                Stamp held = unlock.held();
                add(
                        value == null ? "U" : "V",
                        unlock.key(),
                        segment -> bytes(unlock.id()),
                        held == null ? NOTHING : bytes(held.toString()),
                        value);
            }
            for (TransactionEnd.Insert insert : end.inserts()) {
                add("I", insert.key(), segment -> segment.opening(insert.openedAt()), NOTHING, insert.value());
            }
            for (StoreKey key : end.evictions()) {
                add("E", key, segment -> NOTHING, NOTHING, null);
            }
            return sendAll().thenApply(done -> failures());
        }

        private void add(
                String kind, StoreKey key, Function<Segment, byte[]> by, byte[] held, byte @Nullable [] value) {
            Segment segment = segment(key);
            if (segment == null) {
                if (value != null) {
                    report(key, PutOutcome.FAILED);
                }
                return;
            }
            add(
                    segment,
                    new Sent(key, value != null),
                    value == null ? 0 : value.length,
                    List.of(
                            bytes(kind),
                            bytes(key.key()),
                            segment.bucket(key.key()),
                            by.apply(segment),
                            held,
                            value == null ? NOTHING : segment.nextLife(Long.MAX_VALUE),
                            value == null ? NOTHING : value));
        }

        @Override
        Script script() {
            return Script.END;
        }

        @Override
        List<byte[]> firstArguments(int segments, byte[] marker) {
            return List.of(bytes(segments), marker);
        }

        @Override
        public void answered(Segment segment, List<Sent> entries, Answer answer) {
            String letters = answer.words()[1];
            int next = 0;
            for (Sent entry : entries) {
                if (entry.hasValue()) {
                    report(entry.key(), PutReplies.outcome(letters.charAt(next++)));
                }
            }
        }

        @Override
        public void failed(Segment segment, List<Sent> entries, Throwable failure) {
            super.failed(segment, entries, failure);
            entries.stream().filter(Sent::hasValue).forEach(entry -> report(entry.key(), PutOutcome.FAILED));
        }

        private void report(StoreKey key, PutOutcome outcome) {
            PutReplies.report(events, key.region(), key.key(), outcome);
        }
    }
}
