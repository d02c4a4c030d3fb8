package io.github.hibernateredis.config;

/**
 * What a write to a cached entity does while Redis cannot be reached.
 *
 * @since 0.1.0
 */
public enum OutagePolicy {
    /** The write commits; how long other nodes may read the older value is bounded by the region's TTL. */
    AVAILABLE,
    /**
     * The write fails before the database commits, with an {@code org.hibernate.cache.CacheException}. Not for
     * NONSTRICT_READ_WRITE, which takes no locks before it writes.
     */
    CONSISTENT
}
