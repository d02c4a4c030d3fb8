package io.github.hibernateredis.config;

/**
 * What a write to a cached entity does while Redis cannot be reached. Default: {@link #AVAILABLE}.
 *
 * @since 0.1.0
 */
public enum OutagePolicy {
    /**
     * The write commits. Other instances may read the older value until this instance reaches Redis again, or the entry
     * expires.
     */
    AVAILABLE,
    /**
     * The write fails before the database commits, with an {@link io.github.hibernateredis.UnconfirmedWriteException}.
     * It has no effect on NONSTRICT_READ_WRITE, which takes no locks before it writes.
     */
    CONSISTENT
}
