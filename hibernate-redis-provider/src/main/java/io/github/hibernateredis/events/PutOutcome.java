package io.github.hibernateredis.events;

/**
 * What became of a value that was loaded or written.
 *
 * @since 0.1.0
 */
public enum PutOutcome {
    /** It was stored. */
    STORED,
    /** A live entry is there already. */
    PRESENT,
    /** The row was written, or the region invalidated, since the session opened. */
    REFUSED_OLDER,
    /** The key or the region is locked. */
    REFUSED_LOCKED,
    /** A write of another transaction met this one: neither stores its value. */
    REFUSED_CONTESTED,
    /** The server has no memory left. */
    REFUSED_FULL,
    /** The value is larger than {@code max_value_size}. */
    REFUSED_TOO_LARGE,
    /** Too many puts were waiting. */
    SHED,
    /** Redis could not be reached, did not answer, or refused the request. */
    FAILED,
    /** The region is bypassed. */
    BYPASSED
}
