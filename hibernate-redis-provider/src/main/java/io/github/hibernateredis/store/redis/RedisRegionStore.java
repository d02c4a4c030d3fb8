package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.LoadTurn;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A region in Redis: two hashes for each of its segments. */
final class RedisRegionStore implements RegionStore {

    /** How many entries one command reads: while it runs, Redis serves no other client. */
    private static final int READ_AT_ONCE = 1000;

    /**
     * In a cluster, each segment gets a heartbeat within this many heartbeats, unless all need one at once: there are
     * many regions, instances and segments. An older stamp only costs the first load after a write of another instance.
     */
    private static final int BEATS = 4;

    /**
     * How long a read waits for puts of its keys. If many puts are waiting, the read is sent before them, and may be a
     * miss.
     */
    private static final long PUTS_AWAITED_MILLIS = 1_000;

    private static final byte[] NONE = {};
    private static final BiConsumer<Segment, Object> AS_WRITE = (segment, reply) -> segment.answered(reply, true);

    private final RegionSpec spec;
    private final RegionContext context;
    private final byte[] lease;
    private final SegmentAgreement agreement;
    private volatile Segment.@Nullable All segments;
    private final AtomicInteger turn = new AtomicInteger();

    /** The count of connection changes for which all segments have had a heartbeat. */
    private volatile @Nullable Integer allBeatenAt;

    private final UnansweredPuts unanswered = new UnansweredPuts();

    RedisRegionStore(RegionSpec spec, RegionContext context) {
        this.spec = spec;
        this.context = context;
        this.lease = bytes(context.leaseMillis());
        this.agreement = new SegmentAgreement(spec, context);
    }

    private Segment.All segments(int count) {
        return new Segment.All(IntStream.range(0, count)
                .mapToObj(number -> segment(KeyLayout.place(context.keyPrefix(), spec.name(), number, count)))
                .toList());
    }

    private Segment segment(KeyLayout.Place place) {
        return new Segment(spec, place, spec.ttl().toMillis(), context.redis(), context.nanoTime());
    }

    @Override
    public String name() {
        return spec.name();
    }

    /** The segments; null if their number is not known yet. */
    Segment.@Nullable All knownSegments() {
        return segments;
    }

    /** The segments; completes as soon as their number is known. */
    CompletableFuture<Segment.All> segments() {
        Segment.All known = segments;
        return known == null ? agreement.ask(0).thenApply(this::follow) : CompletableFuture.completedFuture(known);
    }

    /**
     * With a new number of segments this instance starts without any stamp: values that it has read before are not
     * stored.
     */
    private synchronized Segment.All follow(SegmentAgreement.Agreed agreed) {
        Segment.All known = segments;
        if (known == null || known.count() != agreed.segments()) {
            known = segments(agreed.segments());
            segments = known;
            allBeatenAt = null;
        }
        return known;
    }

    private Route route(Segment segment) {
        return context.redis().route(segment.guards());
    }

    @Override
    public CompletableFuture<Lookup> read(String key, Snapshot asOf) {
        Segment.All known = segments;
        return known != null && unanswered.isEmpty()
                ? read(known.of(key), key, asOf)
                : afterPuts(List.of(key), () -> segments().thenCompose(all -> read(all.of(key), key, asOf)));
    }

    private CompletableFuture<Lookup> read(Segment segment, String key, Snapshot asOf) {
        return context.redis()
                .read(route(segment), segment.data(), Set.of(KeyLayout.STAMP_FIELD, key))
                .thenApply(fields -> segment.lookup(key, fields.get(key), fields.get(KeyLayout.STAMP_FIELD), asOf));
    }

    /** A read must see the result of an earlier put. */
    private <T> CompletableFuture<T> afterPuts(Collection<String> keys, Supplier<CompletableFuture<T>> read) {
        List<CompletableFuture<?>> puts = unanswered.of(keys);
        return puts.isEmpty()
                ? read.get()
                : CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new))
                        .completeOnTimeout(null, PUTS_AWAITED_MILLIS, TimeUnit.MILLISECONDS)
                        .thenCompose(done -> read.get());
    }

    @Override
    public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys, Snapshot asOf) {
        return afterPuts(
                keys,
                () -> segments()
                        .handle((all, failure) -> all == null
                                ? CompletableFuture.completedFuture(bypassed(keys, failure))
                                : readAll(all, keys, asOf))
                        .thenCompose(Function.identity()));
    }

    private CompletableFuture<Map<String, Lookup>> readAll(Segment.All all, Collection<String> keys, Snapshot asOf) {
        Map<Segment, List<String>> groups = new HashMap<>();
        keys.forEach(key -> groups.computeIfAbsent(all.of(key), segment -> new ArrayList<>())
                .add(key));
        List<CompletableFuture<Map<String, Lookup>>> replies = new ArrayList<>();
        groups.forEach((segment, some) -> {
            for (int i = 0; i < some.size(); i += READ_AT_ONCE) {
                replies.add(readSome(segment, some.subList(i, Math.min(some.size(), i + READ_AT_ONCE)), asOf));
            }
        });
        return replies.size() == 1
                ? replies.get(0)
                : CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                        .thenApply(done -> {
                            Map<String, Lookup> found = new HashMap<>();
                            replies.forEach(reply -> found.putAll(reply.join()));
                            return found;
                        });
    }

    /** Never fails. */
    private CompletableFuture<Map<String, Lookup>> readSome(Segment segment, List<String> keys, Snapshot asOf) {
        Set<String> fields = new HashSet<>(keys);
        fields.add(KeyLayout.STAMP_FIELD);
        return context.redis().read(route(segment), segment.data(), fields).handle((read, failure) -> {
            if (failure != null) {
                return bypassed(keys, failure);
            }
            byte @Nullable [] line = read.get(KeyLayout.STAMP_FIELD);
            Map<String, Lookup> found = new HashMap<>();
            keys.forEach(key -> found.put(key, segment.lookup(key, read.get(key), line, asOf)));
            return found;
        });
    }

    private Map<String, Lookup> bypassed(Collection<String> keys, @Nullable Throwable failure) {
        Lookup reason = new Lookup.Bypassed(reason(failure));
        Map<String, Lookup> bypassed = new HashMap<>();
        keys.forEach(key -> bypassed.put(key, reason));
        return bypassed;
    }

    private BypassReason reason(@Nullable Throwable failure) {
        if (failure == null) {
            return BypassReason.OUTAGE;
        }
        Throwable cause = RedisConnection.cause(failure);
        if (cause instanceof OverloadedException) {
            return BypassReason.OVERLOAD;
        }
        if (cause instanceof NotConnectedException) {
            return BypassReason.NOT_CONNECTED;
        }
        return context.isRefusal().test(cause) ? BypassReason.REFUSED : BypassReason.OUTAGE;
    }

    @Override
    public CompletableFuture<PutOutcome> put(Put put) {
        Segment.All known = segments;
        CompletableFuture<PutOutcome> outcome = known != null
                ? put(known.of(put.key()), put)
                : segments()
                        .handle((all, failure) ->
                                all == null ? known(put, PutOutcome.FAILED) : put(all.of(put.key()), put))
                        .thenCompose(Function.identity());
        if (!outcome.isDone()) {
            unanswered.add(put.key(), outcome);
        }
        return outcome;
    }

    private CompletableFuture<PutOutcome> put(Segment segment, Put put) {
        if (!segment.hasOpening(put.openedAt())) {
            return known(put, PutOutcome.REFUSED_OLDER);
        }
        Route route = route(segment);
        return context.puts().apply(route).add(route, segment, put);
    }

    private CompletableFuture<PutOutcome> known(Put put, PutOutcome outcome) {
        PutReplies.report(context.events(), spec.name(), put.key(), outcome);
        return CompletableFuture.completedFuture(outcome);
    }

    @Override
    public CompletableFuture<LoadTurn> beginLoad(String key, String id, Duration lease, @Nullable Stamp outdated) {
        return segments().thenCompose(all -> {
            Segment segment = all.of(key);
            List<byte[]> own = List.of(
                    segment.fieldExpiry(),
                    bytes(key),
                    segment.bucket(key),
                    bytes(id),
                    bytes(lease.toMillis()),
                    outdated == null ? NONE : bytes(outdated.number()));
            CompletableFuture<LoadTurn> turn = new CompletableFuture<>();
            return run(
                            RequestKind.READ,
                            Script.LOAD,
                            List.of(segment),
                            List.of(),
                            any -> own,
                            (any, reply) -> turn.complete(
                                    turn(segment.answered(reply, false).words()[1])))
                    .thenCompose(done -> turn);
        });
    }

    private static LoadTurn turn(String letter) {
        return switch (letter) {
            case "M" -> LoadTurn.MINE;
            case "A" -> LoadTurn.OTHER;
            default -> LoadTurn.ANYONE;
        };
    }

    @Override
    public CompletableFuture<Void> endLoad(String key, String id) {
        return endLease(Segment::data, key, id);
    }

    @Override
    public CompletableFuture<Boolean> beginReload(String key, String id, Duration lease) {
        return segments().thenCompose(all -> {
            Segment segment = all.of(key);
            return context.redis()
                    .run(
                            RequestKind.PUT,
                            route(segment),
                            Script.RELOAD,
                            List.of(segment.reloads()),
                            bytes(key),
                            bytes(id),
                            bytes(lease.toMillis()))
                    .thenApply(granted -> granted.get(0).equals(1L));
        });
    }

    @Override
    public CompletableFuture<Void> endReload(String key, String id) {
        return endLease(Segment::reloads, key, id);
    }

    private CompletableFuture<Void> endLease(Function<Segment, String> hash, String key, String id) {
        return segments().thenCompose(all -> {
            Segment segment = all.of(key);
            return context.redis()
                    .run(
                            RequestKind.PUT,
                            route(segment),
                            Script.END_LOAD,
                            List.of(hash.apply(segment)),
                            bytes(key),
                            bytes(id))
                    .thenAccept(ended -> {});
        });
    }

    @Override
    public CompletableFuture<Void> evict(String key) {
        return segments().thenCompose(all -> {
            Segment segment = all.of(key);
            List<byte[]> own =
                    List.of(segment.fieldExpiry(), bytes("E"), bytes(key), segment.bucket(key), NONE, NONE, NONE, NONE);
            return run(RequestKind.WRITE, Script.END, List.of(segment), List.of(NONE), any -> own, AS_WRITE);
        });
    }

    @Override
    public CompletableFuture<Void> discard(String key) {
        return segments().thenCompose(all -> {
            Segment segment = all.of(key);
            return context.redis()
                    .hash(RequestKind.WRITE, route(segment), segment.data(), data -> data.fastRemoveAsync(key))
                    .thenAccept(removed -> {});
        });
    }

    /**
     * The region changes to the number of segments in the setting of this instance if the instance that started last
     * has the same setting.
     */
    @Override
    public CompletableFuture<Void> clear() {
        return segments().thenCompose(all -> {
            int wanted = spec.segments();
            if (wanted == RegionSpec.AS_MANY_AS_NEEDED || wanted == all.count()) {
                return clear(all)
                        .exceptionallyCompose(failure -> OtherLayoutException.is(failure)
                                ? askAgain(all)
                                        .thenCompose(now -> now == all ? move(all.count(), all.count()) : clear(now))
                                : CompletableFuture.failedFuture(failure));
            }
            return agreement.ask(all.count()).thenCompose(agreed -> {
                Segment.All now = follow(agreed);
                return now.count() != wanted && agreed.newest() == wanted ? move(now.count(), wanted) : clear(now);
            });
        });
    }

    private CompletableFuture<Void> clear(Segment.All all) {
        return run(RequestKind.HEARTBEAT, Script.CLEAR, all.segments(), List.of(), segment -> List.of(), AS_WRITE);
    }

    /**
     * First makes the segments of the former number unusable, then records the new number. An instance whose request is
     * refused in between also clears the region. Nothing is stored until every earlier lock has expired, so that an
     * instance that has not noticed the change cannot miss a write.
     */
    private CompletableFuture<Void> move(int from, int to) {
        List<Segment> taken = new ArrayList<>(segments(to).segments());
        IntStream.range(0, from)
                .mapToObj(number -> KeyLayout.place(context.keyPrefix(), spec.name(), number, from, to))
                .filter(place ->
                        taken.stream().noneMatch(segment -> segment.guards().equals(place.guards())))
                .toList()
                .forEach(place -> taken.add(segment(place)));
        return run(RequestKind.HEARTBEAT, Script.MOVE, taken, List.of(lease), segment -> List.of(), AS_WRITE)
                .thenCompose(done -> agreement.decide(to))
                .thenAccept(this::follow);
    }

    @Override
    public CompletableFuture<Boolean> lockRegion(String lockId) {
        return write(RequestKind.WRITE, Script.LOCK_REGION, List.of(bytes(lockId), lease))
                .thenApply(done -> true);
    }

    @Override
    public CompletableFuture<Void> unlockRegion(String lockId) {
        return write(RequestKind.WRITE, Script.UNLOCK_REGION, List.of(bytes(lockId)));
    }

    private CompletableFuture<Void> write(RequestKind kind, Script script, List<byte[]> first) {
        return segments().thenCompose(all -> run(kind, script, all.segments(), first, segment -> List.of(), AS_WRITE));
    }

    /**
     * Reads the number of segments if there are several, or if a request of this instance was refused. A single segment
     * needs no such read, because its replies show the number to other instances.
     */
    @Override
    public CompletableFuture<Void> heartbeat(Collection<String> regionLocks) {
        Segment.All known = segments;
        if (known == null) {
            return segments().thenCompose(all -> beat(all, regionLocks));
        }
        CompletableFuture<Void> beat = beat(known, regionLocks);
        CompletableFuture<Segment.All> agreed = known.count() == 1
                ? beat.handle((done, failure) -> OtherLayoutException.is(failure))
                        .thenCompose(isOther -> isOther ? askAgain(known) : CompletableFuture.completedFuture(known))
                : askAgain(known);
        return agreed.thenCompose(all -> all == known ? beat : beat(all, regionLocks));
    }

    private CompletableFuture<Segment.All> askAgain(Segment.All known) {
        return agreement.ask(known.count()).thenApply(this::follow);
    }

    /**
     * Sends the heartbeat to all segments if there are leases to renew, or new servers; otherwise to some of them, in
     * turn.
     */
    private CompletableFuture<Void> beat(Segment.All all, Collection<String> regionLocks) {
        List<Segment> segments = all.segments();
        Integer changes = context.connectionChanges().getAsInt();
        if (!regionLocks.isEmpty()
                || !changes.equals(allBeatenAt)
                || segments.size() <= BEATS
                || route(segments.get(0)).equals(route(segments.get(1)))) {
            return beat(segments, regionLocks).thenRun(() -> allBeatenAt = changes);
        }
        int some = (segments.size() + BEATS - 1) / BEATS;
        int first = turn.getAndUpdate(last -> (last + some) % segments.size());
        List<Segment> due = IntStream.range(first, first + some)
                .mapToObj(number -> segments.get(number % segments.size()))
                .toList();
        return beat(due, regionLocks).whenComplete((done, failure) -> {
            if (failure != null) {
                allBeatenAt = null; // a refused heartbeat concerns all segments on the same server
            }
        });
    }

    private CompletableFuture<Void> beat(List<Segment> some, Collection<String> regionLocks) {
        List<byte[]> first = new ArrayList<>();
        first.add(lease);
        first.add(bytes(regionLocks.size()));
        regionLocks.forEach(id -> first.add(bytes(id)));
        return run(
                RequestKind.HEARTBEAT,
                Script.HEARTBEAT,
                some,
                first,
                segment -> List.of(segment.serverRun()),
                Segment::heartbeatAnswered);
    }

    /**
     * Runs a script on some segments; those in the same slot share one call.
     *
     * @param first the arguments after the number of segments
     * @param own the arguments of each segment
     */
    private CompletableFuture<Void> run(
            RequestKind kind,
            Script script,
            List<Segment> some,
            List<byte[]> first,
            Function<Segment, List<byte[]>> own,
            BiConsumer<Segment, Object> reader) {
        Map<Route, List<Segment>> slots = new HashMap<>();
        some.forEach(segment -> slots.computeIfAbsent(route(segment), route -> new ArrayList<>())
                .add(segment));
        List<CompletableFuture<Void>> replies = new ArrayList<>();
        slots.forEach((route, together) -> {
            List<Object> arguments = new ArrayList<>();
            arguments.add(bytes(together.size()));
            arguments.addAll(first);
            together.forEach(segment -> Batch.addTo(arguments, segment, own.apply(segment)));
            replies.add(context.redis()
                    .run(kind, route, script, Batch.keys(together), arguments.toArray())
                    .thenAccept(answers -> {
                        for (int i = 0; i < together.size(); i++) {
                            reader.accept(together.get(i), answers.get(i));
                        }
                    }));
        });
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<RegionSize> size() {
        return segments().thenCompose(all -> {
            List<CompletableFuture<RegionSize>> sizes =
                    all.segments().stream().map(this::size).toList();
            return CompletableFuture.allOf(sizes.toArray(CompletableFuture[]::new))
                    .thenApply(done -> {
                        List<RegionSize> each =
                                sizes.stream().map(CompletableFuture::join).toList();
                        return new RegionSize(
                                each.stream().mapToLong(RegionSize::items).sum(),
                                each.stream().mapToLong(RegionSize::bytes).sum());
                    });
        });
    }

    private CompletableFuture<RegionSize> size(Segment segment) {
        Route route = route(segment);
        CompletableFuture<Integer> items =
                context.redis().hash(RequestKind.READ, route, segment.data(), data -> data.sizeAsync());
        CompletableFuture<Long> memory =
                context.redis().hash(RequestKind.READ, route, segment.data(), data -> data.sizeInMemoryAsync());
        return items.thenCombine(memory, (fields, bytes) -> new RegionSize(Math.max(0, fields - 1), bytes));
    }

    @Override
    public @Nullable String segmentOf(String key) {
        Segment.All known = segments;
        return known == null ? null : known.of(key).guards();
    }

    @Override
    public @Nullable Stamp asOf(String key, long moment) {
        Segment.All known = segments;
        return known == null ? null : known.of(key).asOf(moment);
    }

    @Override
    public @Nullable BypassReason bypassed() {
        return null;
    }

    @Override
    public String toString() {
        return "region " + spec.name() + " in " + segments;
    }
}
