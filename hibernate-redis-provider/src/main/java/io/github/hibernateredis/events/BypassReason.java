package io.github.hibernateredis.events;

/**
 * Why a request to a region was not sent, or its answer not used.
 *
 * @since 0.1.0
 */
public enum BypassReason {
    /** No connection has been made yet. */
    NOT_CONNECTED,
    /** The circuit breaker is open, or Redis did not answer in time. */
    OUTAGE,
    /** A write was not confirmed: the region must be invalidated first. */
    INVALIDATION_PENDING,
    /** Connections have changed: the next heartbeat finds out whether they lead to the same server. */
    UNCONFIRMED_SERVER,
    /** More requests are in progress than the server can answer in time. */
    OVERLOAD,
    /** Redis replied with an error. */
    REFUSED
}
