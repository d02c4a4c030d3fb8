package io.github.hibernateredis.metrics;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LoadWait;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.Reload;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts and times events in one registry. Each meter is looked up once, so an event costs about ten nanoseconds. */
final class MeteringListener implements CacheListener {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<RequestKind, Map<RequestOutcome, Timer>> requests = new EnumMap<>(RequestKind.class);
    private final Timer heartbeats;
    private final Timer lateHeartbeats;
    private final Map<String, Map<MissReason, Counter>> misses = new ConcurrentHashMap<>();
    private final Map<String, Map<PutOutcome, Counter>> puts = new ConcurrentHashMap<>();
    private final Map<String, Map<BypassReason, Counter>> bypasses = new ConcurrentHashMap<>();
    private final Map<String, Map<LoadWait, Timer>> loadWaits = new ConcurrentHashMap<>();
    private final Map<String, Map<Reload, Timer>> reloads = new ConcurrentHashMap<>();
    private final Map<String, Counter> staleHits = new ConcurrentHashMap<>();
    private final Map<String, Counter> hits = new ConcurrentHashMap<>();
    private final Map<String, Counter> nearHits = new ConcurrentHashMap<>();
    private final Map<String, Counter> decodeFailures = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> pending = new ConcurrentHashMap<>();

    MeteringListener(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        for (RequestKind kind : RequestKind.values()) {
            Map<RequestOutcome, Timer> timers = new EnumMap<>(RequestOutcome.class);
            for (RequestOutcome outcome : RequestOutcome.values()) {
                timers.put(
                        outcome,
                        Timer.builder(RedisCacheMetrics.REQUESTS)
                                .description("Requests to Redis")
                                .tags(tags.and("operation", lower(kind), "outcome", name(outcome)))
                                .register(registry));
            }
            requests.put(kind, timers);
        }
        heartbeats = heartbeat("false");
        lateHeartbeats = heartbeat("true");
    }

    private Timer heartbeat(String late) {
        return Timer.builder(RedisCacheMetrics.HEARTBEATS)
                .description("Heartbeats")
                .tags(tags.and("late", late))
                .register(registry);
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String name(RequestOutcome outcome) {
        return switch (outcome) {
            case ANSWERED -> "success";
            case REFUSED -> "refused";
            case FAILED -> "error";
            case TIMED_OUT -> "timeout";
            case UNAVAILABLE -> "unavailable";
            case OVERLOADED -> "overloaded";
        };
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        Objects.requireNonNull(requests.get(kind).get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void heartbeat(long nanos, boolean late) {
        (late ? lateHeartbeats : heartbeats).record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Registers the meters of a region before anything is counted. A counter that appears with its first event hides
     * that event from a rate. A ratio in which one counter is missing has no value.
     */
    void register(String region) {
        hits(region);
        nearHits(region);
        misses(region);
        puts(region);
        bypasses(region);
        decodeFailures(region);
        pending(region);
    }

    @Override
    public void hit(String region) {
        hits(region).increment();
    }

    private Counter hits(String region) {
        return counter(hits, region, RedisCacheMetrics.HITS);
    }

    @Override
    public void nearHit(String region) {
        hit(region);
        nearHits(region).increment();
    }

    private Counter nearHits(String region) {
        return counter(nearHits, region, RedisCacheMetrics.NEAR_HITS);
    }

    @Override
    public void miss(String region, MissReason reason) {
        misses(region).get(reason).increment();
    }

    private Map<MissReason, Counter> misses(String region) {
        return counters(misses, region, MissReason.class, RedisCacheMetrics.MISSES, "reason");
    }

    @Override
    public void put(String region, PutOutcome outcome) {
        puts(region).get(outcome).increment();
    }

    private Map<PutOutcome, Counter> puts(String region) {
        return counters(puts, region, PutOutcome.class, RedisCacheMetrics.PUTS, "result");
    }

    @Override
    public void bypassed(String region, BypassReason reason) {
        bypasses(region).get(reason).increment();
    }

    private Map<BypassReason, Counter> bypasses(String region) {
        return counters(bypasses, region, BypassReason.class, RedisCacheMetrics.BYPASSES, "reason");
    }

    @Override
    public void loadAwaited(String region, LoadWait outcome, long nanos) {
        timers(loadWaits, region, LoadWait.class, RedisCacheMetrics.LOAD_WAITS, "Waits for loads of other sessions")
                .get(outcome)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {
        timers(reloads, region, Reload.class, RedisCacheMetrics.RELOADS, "Loads of entries that are still served")
                .get(outcome)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private <E extends Enum<E>> Map<E, Timer> timers(
            Map<String, Map<E, Timer>> timers, String region, Class<E> type, String meter, String description) {
        return timers.computeIfAbsent(
                region,
                name -> all(
                        type,
                        value -> Timer.builder(meter)
                                .description(description)
                                .tags(tags.and("region", name, "result", lower(value)))
                                .register(registry)));
    }

    @Override
    public void staleHit(String region) {
        counter(staleHits, region, RedisCacheMetrics.STALE_HITS).increment();
    }

    @Override
    public void decodeFailed(String region, String key) {
        decodeFailures(region).increment();
    }

    private Counter decodeFailures(String region) {
        return counter(decodeFailures, region, RedisCacheMetrics.DECODE_FAILURES);
    }

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        pending(owner).set(1);
    }

    @Override
    public void invalidationFlushed(String owner) {
        pending(owner).set(0);
    }

    /** Whether an invalidation is pending, 1 or 0; registers the gauge. */
    AtomicInteger pending(String owner) {
        return pending.computeIfAbsent(owner, name -> {
            AtomicInteger value = new AtomicInteger();
            Gauge.builder(RedisCacheMetrics.PENDING, value, AtomicInteger::get)
                    .description("Regions bypassed until they have been invalidated in Redis")
                    .tags(tags.and("region", name))
                    .strongReference(true)
                    .register(registry);
            return value;
        });
    }

    private Counter counter(Map<String, Counter> counters, String region, String meter) {
        Counter known = counters.get(region);
        return known != null
                ? known
                : counters.computeIfAbsent(region, name -> counter(meter, tags.and("region", name)));
    }

    private <E extends Enum<E>> Map<E, Counter> counters(
            Map<String, Map<E, Counter>> counters, String region, Class<E> type, String meter, String tag) {
        Map<E, Counter> known = counters.get(region);
        return known != null
                ? known
                : counters.computeIfAbsent(
                        region,
                        name -> all(type, value -> counter(meter, tags.and("region", name, tag, lower(value)))));
    }

    private static <E extends Enum<E>, M> Map<E, M> all(Class<E> type, Function<E, M> maker) {
        Map<E, M> meters = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            meters.put(constant, maker.apply(constant));
        }
        return meters;
    }

    private Counter counter(String meter, Tags all) {
        return Counter.builder(meter).tags(all).register(registry);
    }
}
