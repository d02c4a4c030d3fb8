package io.github.hibernateredis.events;

/**
 * What happened to a value that was loaded or written.
 *
 * @since 0.1.0
 */
public enum PutOutcome {
    /** It was stored. */
    STORED,
    /** A live entry exists already. */
    PRESENT,
    /** The row was written, or the region invalidated, after the session opened. */
    REFUSED_OLDER,
    /** The key or the region is locked. */
    REFUSED_LOCKED,
    /** Another transaction wrote the same entry at the same time: neither stores its value. */
    REFUSED_CONFLICTED,
    /** The server is out of memory. */
    REFUSED_FULL,
    /** The value is larger than {@code max_value_size}. */
    REFUSED_TOO_LARGE,
    /** Too many puts were waiting. */
    SHED,
    /** Redis could not be reached, did not answer, or replied with an error. */
    FAILED,
    /** The region is bypassed. */
    BYPASSED
}
