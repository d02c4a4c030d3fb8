package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether requests are sent to one server.
 *
 * <p>A request without an answer does not open the breaker by itself: its answer may be long, its connection may be the
 * only one that was lost, or this JVM may be busy. If no data at all has come from the server since the request was
 * sent, the server is <em>suspected</em>, and a heartbeat is requested. Any data from the server ends the suspicion: an
 * answer to any request, even a late one or an error reply, or a part of one. If no data comes while requests keep
 * failing, for at least {@link #SILENCE} and two timeouts, the breaker opens. While it is open, one heartbeat at a time
 * tests the server. Thread safe.
 */
final class CircuitBreaker {

    /** How long no heartbeat is sent after a failed one. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /**
     * The shortest silence that counts as an outage. An overloaded instance, or one that reads 10 MB at a time,
     * receives nothing for some hundred milliseconds. When an outage starts, a thread of the application waits no
     * longer than this in total.
     */
    static final Duration SILENCE = Duration.ofSeconds(1);

    /** Called without holding any lock. */
    interface Listener {

        /** A heartbeat would show whether the server answers. */
        void suspected();

        /** @param failure why the breaker opened; null if it closed */
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

    /** @param now the {@link System#nanoTime()}, as in all methods below */
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

    /** Since when the breaker is in its state. */
    long changedAt() {
        return changedAt;
    }

    /** Why it opened; null while it is closed. */
    @Nullable
    Throwable reason() {
        return reason;
    }

    /** Whether a heartbeat may test the server of an open breaker. The caller must report the end of the heartbeat. */
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

    /** Data has come from the server. */
    void heard(long now) {
        lastHeardAt = now;
    }

    /**
     * A request was answered, even if late or with an error. Only a request that was sent while the breaker was open
     * closes it.
     */
    void answered(boolean probe, long now) {
        lastHeardAt = now;
        if (probe && !isClosed()) {
            close(now);
        }
    }

    /**
     * A request failed, or was not answered in time.
     *
     * @param leftAt when it was sent
     * @param awaitedSince the same, later by the time in which this JVM could not have read the answer
     */
    void unanswered(boolean probe, long leftAt, long awaitedSince, long now, Throwable failure) {
        if (probe) {
            open(BreakerState.HALF_OPEN, now, failure);
        } else if (isClosed() && lastHeardAt - leftAt < 0) {
            silence(awaitedSince, now, failure);
        }
    }

    private void silence(long awaitedSince, long now, Throwable failure) {
        boolean known;
        boolean isLong;
        synchronized (this) {
            known = suspected && lastHeardAt - suspectedAt < 0;
            if (!known) {
                suspected = true;
                suspectedAt = now;
                silentSince = awaitedSince;
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
