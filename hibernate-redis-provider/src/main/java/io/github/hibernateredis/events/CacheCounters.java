package io.github.hibernateredis.events;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the events of each region, and the requests to Redis. Thread safe and non-blocking.
 *
 * @since 0.1.0
 */
public final class CacheCounters implements CacheListener {

    /**
     * The counts at one moment, since the start of the region factory.
     *
     * @param regions the counts of the regions, ordered by qualified name
     * @param requests the number of requests to Redis by kind and by outcome
     * @param breakerOpenings how often the circuit breaker has opened
     * @param heartbeats how many heartbeats have ended
     * @param lateHeartbeats how many of them started more than one period late
     */
    public record Snapshot(
            Map<String, Region> regions,
            Map<RequestKind, Map<RequestOutcome, Long>> requests,
            long breakerOpenings,
            long heartbeats,
            long lateHeartbeats) {

        /** The sum of all regions. */
        public Region total() {
            return regions.values().stream().reduce(Region.NONE, Region::plus);
        }
    }

    /**
     * The counts of one region. Each map contains every reason or outcome.
     *
     * @param hits entries that were found and used
     * @param nearHits those of the hits that were found in the memory of this instance
     * @param misses lookups without a usable entry, by reason
     * @param bypasses lookups that were not sent, or whose answer was not used, by reason
     * @param puts loaded or written values, by what happened to them
     * @param loadWaits waits for loads of other sessions, by outcome
     * @param staleHits hits of entries after their TTL
     * @param reloads loads of entries that were still served, by outcome
     * @param evictions entries that the application evicted
     * @param clears invalidations of the whole region
     * @param decodeFailures entries that could not be read
     */
    public record Region(
            long hits,
            long nearHits,
            Map<MissReason, Long> misses,
            Map<BypassReason, Long> bypasses,
            Map<PutOutcome, Long> puts,
            Map<LoadWait, Long> loadWaits,
            long staleHits,
            Map<Reload, Long> reloads,
            long evictions,
            long clears,
            long decodeFailures) {

        static final Region NONE = new Counts().sums();

        private Region plus(Region other) {
            return new Region(
                    hits + other.hits,
                    nearHits + other.nearHits,
                    added(misses, other.misses),
                    added(bypasses, other.bypasses),
                    added(puts, other.puts),
                    added(loadWaits, other.loadWaits),
                    staleHits + other.staleHits,
                    added(reloads, other.reloads),
                    evictions + other.evictions,
                    clears + other.clears,
                    decodeFailures + other.decodeFailures);
        }

        private static <E extends Enum<E>> Map<E, Long> added(Map<E, Long> one, Map<E, Long> other) {
            Map<E, Long> sums = new EnumMap<>(one);
            other.forEach((constant, count) -> sums.merge(constant, count, Long::sum));
            return Collections.unmodifiableMap(sums);
        }
    }

    /** One counter for each constant. */
    private static final class EachOf<E extends Enum<E>> {

        private final E[] constants;
        private final LongAdder[] adders;

        EachOf(Class<E> type) {
            constants = type.getEnumConstants();
            adders = new LongAdder[constants.length];
            for (int i = 0; i < adders.length; i++) {
                adders[i] = new LongAdder();
            }
        }

        void increment(E constant) {
            adders[constant.ordinal()].increment();
        }

        Map<E, Long> sums() {
            Map<E, Long> sums = new EnumMap<>(constants[0].getDeclaringClass());
            for (E constant : constants) {
                sums.put(constant, adders[constant.ordinal()].sum());
            }
            return Collections.unmodifiableMap(sums);
        }
    }

    private static final class Counts {

        final LongAdder redisHits = new LongAdder();
        final LongAdder nearHits = new LongAdder();
        final EachOf<MissReason> misses = new EachOf<>(MissReason.class);
        final EachOf<BypassReason> bypasses = new EachOf<>(BypassReason.class);
        final EachOf<PutOutcome> puts = new EachOf<>(PutOutcome.class);
        final EachOf<LoadWait> loadWaits = new EachOf<>(LoadWait.class);
        final LongAdder staleHits = new LongAdder();
        final EachOf<Reload> reloads = new EachOf<>(Reload.class);
        final LongAdder evictions = new LongAdder();
        final LongAdder clears = new LongAdder();
        final LongAdder decodeFailures = new LongAdder();

        Region sums() {
            long near = nearHits.sum();
            return new Region(
                    redisHits.sum() + near,
                    near,
                    misses.sums(),
                    bypasses.sums(),
                    puts.sums(),
                    loadWaits.sums(),
                    staleHits.sum(),
                    reloads.sums(),
                    evictions.sum(),
                    clears.sum(),
                    decodeFailures.sum());
        }
    }

    private final Map<String, Counts> regions = new ConcurrentHashMap<>();
    private final Map<RequestKind, EachOf<RequestOutcome>> requests = new EnumMap<>(RequestKind.class);
    private final LongAdder breakerOpenings = new LongAdder();
    private final LongAdder heartbeats = new LongAdder();
    private final LongAdder lateHeartbeats = new LongAdder();

    /** Creates counters that start at zero. */
    public CacheCounters() {
        for (RequestKind kind : RequestKind.values()) {
            requests.put(kind, new EachOf<>(RequestOutcome.class));
        }
    }

    /** Returns the counts so far. It may or may not include events that occur during the call. */
    public Snapshot snapshot() {
        Map<String, Region> sums = new TreeMap<>();
        regions.forEach((name, counts) -> sums.put(name, counts.sums()));
        Map<RequestKind, Map<RequestOutcome, Long>> ended = new EnumMap<>(RequestKind.class);
        requests.forEach((kind, outcomes) -> ended.put(kind, outcomes.sums()));
        return new Snapshot(
                Collections.unmodifiableMap(sums),
                Collections.unmodifiableMap(ended),
                breakerOpenings.sum(),
                heartbeats.sum(),
                lateHeartbeats.sum());
    }

    /** Returns the counts of one region; all zero for an unknown region. */
    public Region region(String name) {
        Counts counts = regions.get(name);
        return counts == null ? Region.NONE : counts.sums();
    }

    private Counts of(String region) {
        Counts known = regions.get(region);
        return known == null ? regions.computeIfAbsent(region, unknown -> new Counts()) : known;
    }

    @Override
    public void hit(String region) {
        of(region).redisHits.increment();
    }

    @Override
    public void nearHit(String region) {
        of(region).nearHits.increment();
    }

    @Override
    public void miss(String region, MissReason reason) {
        of(region).misses.increment(reason);
    }

    @Override
    public void bypassed(String region, BypassReason reason) {
        of(region).bypasses.increment(reason);
    }

    @Override
    public void put(String region, PutOutcome outcome) {
        of(region).puts.increment(outcome);
    }

    @Override
    public void loadAwaited(String region, LoadWait outcome, long nanos) {
        of(region).loadWaits.increment(outcome);
    }

    @Override
    public void staleHit(String region) {
        of(region).staleHits.increment();
    }

    @Override
    public void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {
        of(region).reloads.increment(outcome);
    }

    @Override
    public void evicted(String region) {
        of(region).evictions.increment();
    }

    @Override
    public void cleared(String region) {
        of(region).clears.increment();
    }

    @Override
    public void decodeFailed(String region, String key) {
        of(region).decodeFailures.increment();
    }

    @Override
    public void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        if (from == BreakerState.CLOSED && to == BreakerState.OPEN) {
            breakerOpenings.increment();
        }
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        EachOf<RequestOutcome> outcomes = requests.get(kind);
        if (outcomes != null) {
            outcomes.increment(outcome);
        }
    }

    @Override
    public void heartbeat(long nanos, boolean late) {
        heartbeats.increment();
        if (late) {
            lateHeartbeats.increment();
        }
    }
}
