package io.github.hibernateredis.events;

/**
 * The state of the circuit breaker.
 *
 * @since 0.1.0
 */
public enum BreakerState {
    /** Requests are sent. */
    CLOSED,
    /** Redis did not answer. Requests fail without being sent. */
    OPEN,
    /** One heartbeat tests whether Redis answers again. */
    HALF_OPEN
}
