package io.github.hibernateredis.events;

/**
 * The state of the circuit breaker.
 *
 * @since 0.1.0
 */
public enum BreakerState {
    /** Requests are sent. */
    CLOSED,
    /** Redis did not answer: requests fail without being sent. */
    OPEN,
    /** A heartbeat tries whether Redis answers again. */
    HALF_OPEN
}
