package io.github.hibernateredis.events;

/**
 * Why a region is not asked, or its answer not used.
 *
 * @since 0.1.0
 */
public enum BypassReason {
    /** There has not been a connection yet. */
    NOT_CONNECTED,
    /** The circuit breaker is open, or Redis did not answer in time. */
    OUTAGE,
    /** A write could not be confirmed: the region is to be invalidated first. */
    INVALIDATION_PENDING,
    /** Connections have changed: the next heartbeat finds out whether it is the same server. */
    UNCONFIRMED_SERVER,
    /** More requests are under way than the server keeps up with. */
    OVERLOAD,
    /** Redis refused the request. */
    REFUSED
}
