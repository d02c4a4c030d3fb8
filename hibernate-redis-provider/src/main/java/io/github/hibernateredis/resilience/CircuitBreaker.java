package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether one server is worth asking.
 *
 * <p>A request without an answer opens nothing by itself: its answer may be long, its connection may have been lost alone, or
 * this JVM may be busy. If nothing at all has come from the server since the request left, the server is <em>suspected</em>,
 * and a heartbeat is asked for. Whatever comes ends the suspicion: an answer to any request, a late one and a refusal
 * included, or a part of one. If nothing comes while requests go on failing, for {@link #SILENCE} and two timeouts at least,
 * the breaker opens. While it is open, one heartbeat at a time tries the server. Thread safe.
 */
final class CircuitBreaker {

    /** How long nothing is tried after a failure. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /**
     * The shortest silence that is an outage. An instance that has too much to do, or reads 10 MB at a time, hears nothing for
     * some hundred milliseconds; one of the application's threads waits no more than this in total when an outage begins.
     */
    static final Duration SILENCE = Duration.ofSeconds(1);

    /** Is told outside of every lock. */
    interface Listener {

        /** A heartbeat would tell whether the server is there. */
        void suspected();

        /** @param failure what opened the breaker */
        void changed(BreakerState to, @Nullable Throwable failure);
    }

    private final Listener listener;
    private final long silenceNanos;
    private volatile BreakerState state = BreakerState.CLOSED;
    private volatile long changedAt;
    private volatile @Nullable Throwable reason;
    private volatile long lastHeardAt;
    private boolean suspected;
    private long suspectedAt;
    private long silentSince;
    private long notTriedBefore;

    /** @param now {@link System#nanoTime()}, here and below */
    CircuitBreaker(Listener listener, long timeoutNanos, long now) {
        this.listener = listener;
        this.silenceNanos = Math.max(SILENCE.toNanos(), 2 * timeoutNanos);
        this.changedAt = now;
        this.lastHeardAt = now - 1;
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
            if (state != BreakerState.OPEN || now - notTriedBefore < 0) {
                return false;
            }
            state = BreakerState.HALF_OPEN;
            changedAt = now;
        }
        listener.changed(BreakerState.HALF_OPEN, null);
        return true;
    }

    /** Something has come from the server. */
    void heard(long now) {
        lastHeardAt = now;
    }

    /** A request was answered, be it late or by a refusal. Only one that was sent while the breaker was open closes it. */
    void answered(boolean probe, long now) {
        lastHeardAt = now;
        if (probe && !isClosed()) {
            close(now);
        }
    }

    /** A request failed, or was not answered in time. */
    void unanswered(boolean probe, long leftAt, long now, Throwable failure) {
        if (probe) {
            open(BreakerState.HALF_OPEN, now, failure);
        } else if (isClosed() && lastHeardAt - leftAt < 0) {
            silence(leftAt, now, failure);
        }
    }

    private void silence(long leftAt, long now, Throwable failure) {
        boolean known;
        boolean isLong;
        synchronized (this) {
            known = suspected && lastHeardAt - suspectedAt < 0;
            if (!known) {
                suspected = true;
                suspectedAt = now;
                silentSince = leftAt;
            }
            isLong = known && now - silentSince >= silenceNanos;
        }
        if (isLong) {
            open(BreakerState.CLOSED, now, failure);
        } else if (!known) {
            listener.suspected();
        }
    }

    private void open(BreakerState from, long now, Throwable failure) {
        synchronized (this) {
            if (state != from) {
                return;
            }
            state = BreakerState.OPEN;
            changedAt = now;
            notTriedBefore = now + PAUSE.toNanos();
            reason = failure;
            suspected = false;
        }
        listener.changed(BreakerState.OPEN, failure);
    }

    private void close(long now) {
        synchronized (this) {
            if (isClosed()) {
                return;
            }
            state = BreakerState.CLOSED;
            changedAt = now;
            reason = null;
        }
        listener.changed(BreakerState.CLOSED, null);
    }
}
