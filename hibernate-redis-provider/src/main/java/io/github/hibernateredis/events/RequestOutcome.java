package io.github.hibernateredis.events;

/**
 * How a request to Redis ended.
 *
 * @since 0.1.0
 */
public enum RequestOutcome {
    /** It was answered. */
    ANSWERED,
    /** The server refused it. */
    REFUSED,
    /** It could not be sent, or its connection was lost. */
    FAILED,
    /** It was not answered within the timeout. */
    TIMED_OUT,
    /** It was not sent, or is not waited for any longer: the circuit breaker is open. */
    UNAVAILABLE,
    /** It was not sent: it found no place before its time was over. */
    OVERLOADED
}
