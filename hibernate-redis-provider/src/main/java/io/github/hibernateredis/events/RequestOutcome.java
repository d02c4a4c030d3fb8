package io.github.hibernateredis.events;

/**
 * How a request to Redis ended.
 *
 * @since 0.1.0
 */
public enum RequestOutcome {
    /** The server answered. */
    ANSWERED,
    /** The server replied with an error. */
    REFUSED,
    /** It could not be sent, or its connection was lost. */
    FAILED,
    /** It was not answered within the timeout. */
    TIMED_OUT,
    /** The circuit breaker is open: it was not sent, or its answer is no longer awaited. */
    UNAVAILABLE,
    /** Too many requests were in progress: it could not be sent in time. */
    OVERLOADED
}
