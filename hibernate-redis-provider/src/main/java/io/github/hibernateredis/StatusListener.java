package io.github.hibernateredis;

import io.github.hibernateredis.CacheStatus.Availability;
import io.github.hibernateredis.CacheStatus.PendingInvalidation;
import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link CacheStatus} of the events of the cache, so that nothing of the core needs to be asked for it. Thread safe;
 * changes of state are rare and take a lock, requests take none.
 */
final class StatusListener implements CacheListener {

    private final Clock clock;
    private final Map<String, PendingInvalidation> pending = new ConcurrentHashMap<>();
    private volatile State state;

    /** What changes together. */
    private record State(
            boolean answered,
            BreakerState breaker,
            boolean refusesWrites,
            Instant since,
            Instant breakerSince,
            @Nullable String reason) {

        Availability availability() {
            if (breaker != BreakerState.CLOSED) {
                return Availability.UNAVAILABLE;
            }
            if (!answered) {
                return Availability.NOT_CONNECTED;
            }
            return refusesWrites ? Availability.READ_ONLY : Availability.AVAILABLE;
        }
    }

    StatusListener(Clock clock) {
        this.clock = clock;
        Instant now = clock.instant();
        this.state = new State(false, BreakerState.CLOSED, false, now, now, null);
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        if (!state.answered && (outcome == RequestOutcome.ANSWERED || outcome == RequestOutcome.REFUSED)) {
            synchronized (this) {
                change(new State(
                        true, state.breaker, state.refusesWrites, state.since, state.breakerSince, state.reason));
            }
        }
    }

    @Override
    public synchronized void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        String reason = to == BreakerState.CLOSED ? null : failure == null ? state.reason : failure.toString();
        change(new State(state.answered, to, state.refusesWrites, state.since, clock.instant(), reason));
    }

    @Override
    public synchronized void writesRefused(Throwable refusal) {
        change(new State(state.answered, state.breaker, true, state.since, state.breakerSince, refusal.toString()));
    }

    @Override
    public synchronized void writesAccepted() {
        change(new State(state.answered, state.breaker, false, state.since, state.breakerSince, null));
    }

    private void change(State next) {
        state = next.availability() == state.availability()
                ? next
                : new State(
                        next.answered,
                        next.breaker,
                        next.refusesWrites,
                        clock.instant(),
                        next.breakerSince,
                        next.reason);
    }

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        pending.putIfAbsent(owner, new PendingInvalidation(owner, operation, clock.instant(), failure.toString()));
    }

    @Override
    public void invalidationFlushed(String owner) {
        pending.remove(owner);
    }

    /** @param regions the settings of the regions by their qualified names */
    CacheStatus status(String keyPrefix, Map<String, Map<String, String>> regions, CacheCounters counters) {
        State now = state;
        List<PendingInvalidation> invalidations = pending.values().stream()
                .sorted(Comparator.comparing(PendingInvalidation::owner))
                .toList();
        return new CacheStatus(
                now.availability(),
                now.since,
                now.reason,
                now.breaker,
                now.breakerSince,
                keyPrefix,
                regions.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(region -> new CacheStatus.Region(
                                region.getKey(), bypass(now.availability(), region.getKey()), region.getValue()))
                        .toList(),
                invalidations,
                counters.snapshot());
    }

    private @Nullable BypassReason bypass(Availability availability, String region) {
        return switch (availability) {
            case NOT_CONNECTED -> BypassReason.NOT_CONNECTED;
            case UNAVAILABLE -> BypassReason.OUTAGE;
            case READ_ONLY -> BypassReason.REFUSED;
            case AVAILABLE -> pending.containsKey(region) ? BypassReason.INVALIDATION_PENDING : null;
        };
    }
}
