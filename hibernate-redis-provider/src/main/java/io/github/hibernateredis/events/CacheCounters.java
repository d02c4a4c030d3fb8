package io.github.hibernateredis.events;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a {@link CacheListener} is told of, over all regions. Thread safe. */
public final class CacheCounters implements CacheListener {

    private final LongAdder hits = new LongAdder();
    private final Map<MissReason, LongAdder> misses = adders(MissReason.class);
    private final Map<PutOutcome, LongAdder> puts = adders(PutOutcome.class);
    private final Map<RequestOutcome, LongAdder> requests = adders(RequestOutcome.class);
    private final LongAdder bypasses = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder clears = new LongAdder();
    private final LongAdder decodeFailures = new LongAdder();
    private final LongAdder lateHeartbeats = new LongAdder();

    /**
     * The counts at one moment, from the start of the region factory on.
     *
     * @param hits entries that were found and used
     * @param misses lookups that used no entry, by reason
     * @param puts what became of values that were loaded or written
     * @param requests requests to Redis, by how they ended
     * @param bypasses operations that went to the database because the region was bypassed
     * @param evictions entries that the application evicted
     * @param clears invalidations of whole regions
     * @param decodeFailures entries that could not be read
     * @param lateHeartbeats heartbeats that began more than one period after they were due
     */
    public record Snapshot(
            long hits,
            Map<MissReason, Long> misses,
            Map<PutOutcome, Long> puts,
            Map<RequestOutcome, Long> requests,
            long bypasses,
            long evictions,
            long clears,
            long decodeFailures,
            long lateHeartbeats) {

        /** Copies the maps. */
        public Snapshot {
            misses = Map.copyOf(misses);
            puts = Map.copyOf(puts);
            requests = Map.copyOf(requests);
        }
    }

    /** The counts so far. */
    public Snapshot snapshot() {
        return new Snapshot(
                hits.sum(),
                sums(misses),
                sums(puts),
                sums(requests),
                bypasses.sum(),
                evictions.sum(),
                clears.sum(),
                decodeFailures.sum(),
                lateHeartbeats.sum());
    }

    @Override
    public void hit(String region) {
        hits.increment();
    }

    @Override
    public void miss(String region, MissReason reason) {
        increment(misses, reason);
    }

    @Override
    public void bypassed(String region, BypassReason reason) {
        bypasses.increment();
    }

    @Override
    public void put(String region, PutOutcome outcome) {
        increment(puts, outcome);
    }

    @Override
    public void evicted(String region) {
        evictions.increment();
    }

    @Override
    public void cleared(String region) {
        clears.increment();
    }

    @Override
    public void decodeFailed(String region, String key) {
        decodeFailures.increment();
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        increment(requests, outcome);
    }

    @Override
    public void heartbeat(long nanos, boolean late) {
        if (late) {
            lateHeartbeats.increment();
        }
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    private static <E extends Enum<E>> void increment(Map<E, LongAdder> adders, E constant) {
        LongAdder adder = adders.get(constant);
        if (adder != null) {
            adder.increment();
        }
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
        Map<E, Long> sums =
                new EnumMap<>(adders.entrySet().iterator().next().getKey().getDeclaringClass());
        adders.forEach((constant, adder) -> sums.put(constant, adder.sum()));
        return sums;
    }
}
