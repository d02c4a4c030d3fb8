package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether one server is worth asking.
 *
 * <p>A request without an answer opens nothing by itself: its answer may be long, or its connection may have been lost alone.
 * If nothing at all has been answered since it left, the server is <em>suspected</em>, and a heartbeat is asked for. What
 * leaves from then on decides: an answer to any request, late ones and refusals included, ends the suspicion; one more
 * request without an answer opens the breaker. While it is open, one heartbeat at a time tries the server. Thread safe.
 */
final class CircuitBreaker {

    /** How long nothing is tried after a failure. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /** Is told outside of every lock. */
    interface Listener {

        /** A heartbeat would tell whether the server is there. */
        void suspected();

        /** @param failure what opened the breaker */
        void changed(BreakerState to, @Nullable Throwable failure);
    }

    private final Listener listener;
    private volatile BreakerState state = BreakerState.CLOSED;
    private volatile long changedAt;
    private volatile @Nullable Throwable reason;
    private volatile long lastAnswerAt;
    private boolean suspected;
    private long suspectedAt;
    private long lastProbeAt;

    /** @param now {@link System#nanoTime()}, here and below */
    CircuitBreaker(Listener listener, long now) {
        this.listener = listener;
        this.changedAt = now;
        this.lastAnswerAt = now - 1;
    }

    BreakerState state() {
        return state;
    }

    boolean isClosed() {
        return state == BreakerState.CLOSED;
    }

    /** Since when the state is what it is. */
    long changedAt() {
        return changedAt;
    }

    /** What opened it; null while it is closed. */
    @Nullable
    Throwable reason() {
        return reason;
    }

    /** Whether a heartbeat may try an open breaker's server. Its end must be told. */
    boolean tryProbe(long now) {
        synchronized (this) {
            if (state != BreakerState.OPEN || now - lastProbeAt < PAUSE.toNanos()) {
                return false;
            }
            state = BreakerState.HALF_OPEN;
            changedAt = now;
        }
        listener.changed(BreakerState.HALF_OPEN, null);
        return true;
    }

    /** A request was answered, be it late or by a refusal. */
    void answered(boolean probe, long now) {
        lastAnswerAt = now;
        if (probe) {
            move(BreakerState.HALF_OPEN, BreakerState.CLOSED, now, null);
        }
    }

    /** A request ended before it reached a server: nothing was learnt. */
    void notSent(boolean probe, long now, Throwable failure) {
        if (probe) {
            move(BreakerState.HALF_OPEN, BreakerState.OPEN, now, failure);
        }
    }

    /** A request failed, or was not answered in time. */
    void unanswered(boolean probe, long leftAt, long now, Throwable failure) {
        if (probe) {
            move(BreakerState.HALF_OPEN, BreakerState.OPEN, now, failure);
        } else if (isClosed() && lastAnswerAt - leftAt < 0) {
            silence(leftAt, now, failure);
        }
    }

    private void silence(long leftAt, long now, Throwable failure) {
        boolean known;
        boolean confirmed;
        synchronized (this) {
            known = suspected && lastAnswerAt - suspectedAt < 0;
            confirmed = known && leftAt - suspectedAt >= 0;
            if (!known) {
                suspected = true;
                suspectedAt = now;
            }
        }
        if (confirmed) {
            move(BreakerState.CLOSED, BreakerState.OPEN, now, failure);
        } else if (!known) {
            listener.suspected();
        }
    }

    private void move(BreakerState from, BreakerState to, long now, @Nullable Throwable failure) {
        synchronized (this) {
            if (state != from) {
                return;
            }
            state = to;
            changedAt = now;
            lastProbeAt = now;
            reason = failure;
            suspected = false;
        }
        listener.changed(to, failure);
    }
}
