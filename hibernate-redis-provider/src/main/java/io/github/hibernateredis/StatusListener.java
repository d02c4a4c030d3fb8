package io.github.hibernateredis;

import io.github.hibernateredis.CacheStatus.Availability;
import io.github.hibernateredis.CacheStatus.PendingInvalidation;
import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.github.hibernateredis.resilience.ResilienceStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a {@link CacheStatus} reports beyond the current moment: since when a state lasts, and why. Thread safe.
 * Changes of state are rare and take a lock; requests take none.
 */
final class StatusListener implements CacheListener {

    private final Clock clock;
    private final Function<Throwable, String> description;
    private final Instant start;
    private final Map<String, PendingInvalidation> pending = new ConcurrentHashMap<>();
    private volatile State state;

    /** The fields that change together. */
    private record State(
            boolean answered,
            BreakerState breaker,
            Instant breakerSince,
            @Nullable String outage,
            @Nullable String refusal,
            Instant since) {

        Availability availability() {
            if (breaker != BreakerState.CLOSED) {
                return Availability.UNAVAILABLE;
            }
            if (!answered) {
                return Availability.NOT_CONNECTED;
            }
            return refusal == null ? Availability.AVAILABLE : Availability.READ_ONLY;
        }

        @Nullable
        String reason(@Nullable String notConnected) {
            return switch (availability()) {
                case NOT_CONNECTED -> notConnected;
                case AVAILABLE -> null;
                case UNAVAILABLE -> outage;
                case READ_ONLY -> refusal;
            };
        }
    }

    /** @param description describes a failure and what to do */
    StatusListener(Clock clock, Function<Throwable, String> description) {
        this.clock = clock;
        this.description = description;
        this.start = clock.instant();
        this.state = new State(false, BreakerState.CLOSED, start, null, null, start);
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        if (!state.answered && (outcome == RequestOutcome.ANSWERED || outcome == RequestOutcome.REFUSED)) {
            synchronized (this) {
                change(new State(true, state.breaker, state.breakerSince, state.outage, state.refusal, state.since));
            }
        }
    }

    @Override
    public synchronized void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        String outage = to == BreakerState.CLOSED ? null : failure == null ? state.outage : description.apply(failure);
        change(new State(state.answered, to, clock.instant(), outage, state.refusal, state.since));
    }

    @Override
    public synchronized void writesRefused(Throwable refusal) {
        refuses(description.apply(refusal));
    }

    @Override
    public synchronized void writesAccepted() {
        refuses(null);
    }

    private void refuses(@Nullable String refusal) {
        change(new State(state.answered, state.breaker, state.breakerSince, state.outage, refusal, state.since));
    }

    private void change(State next) {
        state = next.availability() == state.availability()
                ? next
                : new State(next.answered, next.breaker, next.breakerSince, next.outage, next.refusal, clock.instant());
    }

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        pending.put(owner, new PendingInvalidation(owner, operation, clock.instant(), description.apply(failure)));
    }

    @Override
    public void invalidationFlushed(String owner) {
        pending.remove(owner);
    }

    /** A pending invalidation without an event: the region is cleared before its first use. */
    private PendingInvalidation first(String owner) {
        return new PendingInvalidation(
                owner, "the clearing at the start", start, "The region is invalidated before its first use");
    }

    /**
     * @param regions the settings of the regions by their qualified names
     * @param notConnected why no connection has been made yet; null if unknown
     */
    CacheStatus status(
            String keyPrefix,
            Map<String, Map<String, String>> regions,
            ResilienceStatus resilience,
            CacheCounters.Snapshot counters,
            @Nullable String notConnected) {
        State now = state;
        List<PendingInvalidation> invalidations = resilience.pendingInvalidations().stream()
                .map(owner -> {
                    PendingInvalidation reported = pending.get(owner);
                    return reported == null ? first(owner) : reported;
                })
                .toList();
        return new CacheStatus(
                now.availability(),
                now.since,
                now.reason(notConnected),
                now.breaker,
                now.breakerSince,
                keyPrefix,
                regions.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(region -> new CacheStatus.Region(
                                region.getKey(), resilience.bypassed().get(region.getKey()), region.getValue()))
                        .toList(),
                invalidations,
                counters);
    }
}
