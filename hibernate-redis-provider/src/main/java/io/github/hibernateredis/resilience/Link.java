package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.Stores;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way to the shared side: how long an answer may take, and whether it is worth asking at all. One for all stores, since
 * they share the server. Thread safe.
 *
 * <p>The circuit breaker opens as soon as the shared side has been silent for a whole time budget, or when half of the last
 * operations failed, or most were slow. Whoever waits for an answer then waits no longer, and from then on operations fail at
 * once. Only {@linkplain #probe pulses} try whether it answers again. A refusal is an answer. Writes are sent even then, up to
 * a bound, and not waited for: it may be this JVM that was slow, and others would go on reading what they were to drop.
 */
final class Link implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /** How long nothing is tried after a failure. */
    static final Duration OPEN = Duration.ofMillis(500);

    /** How many writes may be on their way whose answers nobody waits for: no more than their client may be given to keep. */
    private static final int MAX_UNHEEDED = 50;

    private static final Duration UNHEEDED_LIFE = Duration.ofSeconds(10);

    /** A time-out that comes so much too late was not Redis' silence: this JVM itself stood still. */
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private static final int WINDOW = 20;
    private static final int FAILED_PERCENT = 50;
    private static final int SLOW_PERCENT = 80;

    /** What everything fails with while it is not worth asking. */
    static final class UnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnavailableException() {
            super("Redis does not answer", null, false, false);
        }
    }

    private static final UnavailableException UNAVAILABLE = new UnavailableException();

    private final Stores stores;
    private final long budgetNanos;
    private final CacheListener listener;
    private final CircuitBreaker breaker;
    private final Deadlines deadlines;
    private volatile Gate gate = new Gate();
    private final AtomicInteger unheeded = new AtomicInteger();
    private final AtomicBoolean refusing = new AtomicBoolean();
    private volatile long lastAnswerAt;
    private volatile Runnable onAnswering = () -> {};

    Link(Stores stores, Duration budget) {
        this(stores, budget, CacheListener.NONE);
    }

    Link(Stores stores, Duration budget, CacheListener listener) {
        this.stores = stores;
        this.listener = listener;
        this.budgetNanos = budget.toNanos();
        this.deadlines = new Deadlines(budgetNanos);
        this.lastAnswerAt = System.nanoTime() - 1;
        this.breaker = CircuitBreaker.of(
                "redis",
                CircuitBreakerConfig.custom()
                        .slidingWindow(WINDOW, WINDOW, SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(FAILED_PERCENT)
                        .slowCallRateThreshold(SLOW_PERCENT)
                        .slowCallDurationThreshold(budget.dividedBy(2))
                        .waitDurationInOpenState(OPEN)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> changed(
                        event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
    }

    CacheListener listener() {
        return listener;
    }

    /** @param listener is told when the shared side answers again */
    void onAnswering(Runnable listener) {
        onAnswering = listener;
    }

    /** Sends it, if it is worth asking; fails when the time budget is over. */
    <T extends @Nullable Object> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
        return send(RequestKind.READ, request);
    }

    <T extends @Nullable Object> CompletableFuture<T> send(RequestKind kind, Supplier<CompletableFuture<T>> request) {
        return breaker.getState() == State.CLOSED ? watched(kind, () -> gate.send(request)) : unavailable(kind);
    }

    private <T extends @Nullable Object> CompletableFuture<T> unavailable(RequestKind kind) {
        listener.request(kind, RequestOutcome.UNAVAILABLE, 0);
        return CompletableFuture.failedFuture(UNAVAILABLE);
    }

    /**
     * Sends what others depend on. If it is not worth waiting for an answer, nobody waits for one, and the operation counts as
     * failed; but it may well arrive.
     */
    <T extends @Nullable Object> CompletableFuture<T> sendWrite(Supplier<CompletableFuture<T>> request) {
        if (breaker.getState() == State.CLOSED) {
            return watched(RequestKind.WRITE, () -> gate.send(request));
        }
        if (unheeded.get() < MAX_UNHEEDED) {
            unheeded.incrementAndGet();
            gate.send(request)
                    .orTimeout(UNHEEDED_LIFE.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((value, failure) -> unheeded.decrementAndGet());
        }
        return unavailable(RequestKind.WRITE);
    }

    /** As {@link #send}, and now and then even if it was not worth asking. There are few, and others' waits say nothing to them. */
    <T extends @Nullable Object> CompletableFuture<T> probe(Supplier<CompletableFuture<T>> request) {
        return breaker.tryAcquirePermission()
                ? watched(RequestKind.HEARTBEAT, request).whenComplete((value, failure) -> tellOfRefusals(failure))
                : unavailable(RequestKind.HEARTBEAT);
    }

    /** From now on everything is tried, whatever may be known: there will be no other time. */
    void tryAnyway() {
        breaker.transitionToDisabledState();
    }

    private <T extends @Nullable Object> CompletableFuture<T> watched(
            RequestKind kind, Supplier<CompletableFuture<T>> request) {
        long sentAt = System.nanoTime();
        CompletableFuture<T> answer = request.get();
        Deadlines.Wait wait = deadlines.watch(answer);
        CompletableFuture<T> recorded = answer.whenComplete((value, failure) -> record(kind, sentAt, wait, failure));
        if (breaker.getState() == State.OPEN) {
            answer.completeExceptionally(UNAVAILABLE); // it was opened after the question whether it is
        }
        return recorded;
    }

    private void tellOfRefusals(@Nullable Throwable failure) {
        if (failure == null) {
            if (refusing.compareAndSet(true, false)) {
                LOG.info("Redis takes writes again");
                listener.writesAccepted();
            }
        } else if (isRefusal(failure) && refusing.compareAndSet(false, true)) {
            LOG.warnf("Redis refuses writes. The cache is bypassed until it takes them: %s", failure);
            listener.writesRefused(failure);
        }
    }

    boolean isRefusal(Throwable failure) {
        return stores.isRefusal(cause(failure));
    }

    private void record(RequestKind kind, long sentAt, Deadlines.Wait wait, @Nullable Throwable failure) {
        long now = System.nanoTime();
        long waited = wait.nanos(now);
        listener.request(kind, outcome(failure), now - sentAt);
        if (failure == null || isRefusal(failure)) {
            lastAnswerAt = now;
            breaker.onSuccess(waited, TimeUnit.NANOSECONDS);
        } else if (cause(failure) instanceof NotConnectedException) {
            breaker.releasePermission(); // nobody has waited, and nothing was learnt
        } else if (cause(failure) != UNAVAILABLE) {
            breaker.onError(waited, TimeUnit.NANOSECONDS, failure);
            boolean silent = waited >= budgetNanos
                    && waited < budgetNanos + deadlines.tickNanos() + PAUSE_NANOS
                    && lastAnswerAt - sentAt < 0;
            if (silent && breaker.getState() == State.CLOSED) {
                breaker.transitionToOpenState();
            }
        }
    }

    private RequestOutcome outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return RequestOutcome.ANSWERED;
        }
        Throwable cause = cause(failure);
        if (isRefusal(failure)) {
            return RequestOutcome.REFUSED;
        }
        if (cause == UNAVAILABLE) {
            return RequestOutcome.UNAVAILABLE;
        }
        return cause instanceof TimeoutException ? RequestOutcome.TIMED_OUT : RequestOutcome.FAILED;
    }

    private static BreakerState state(State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
        };
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void changed(State from, State to) {
        listener.breakerChanged(state(from), state(to), null);
        if (to == State.OPEN) {
            if (from == State.CLOSED) {
                LOG.warn("Redis does not answer in time. The cache is bypassed until it does");
            }
            deadlines.failAll(UNAVAILABLE);
        } else if (to == State.CLOSED) {
            Gate former = gate;
            gate = new Gate(); // what the client may have lost in the outage takes no places
            former.giveUp(UNAVAILABLE); // nor does it overtake what comes now
            LOG.info("Redis answers again. The cache is used again as soon as what is owed has been invalidated");
            onAnswering.run();
        }
    }

    /** {@link Stores#connectionChanges()} */
    int connectionChanges() {
        return stores.connectionChanges();
    }

    /** Nothing is to be sent any more. */
    @Override
    public void close() {
        deadlines.close();
    }
}
