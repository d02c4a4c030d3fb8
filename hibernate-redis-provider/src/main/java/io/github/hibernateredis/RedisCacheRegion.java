package io.github.hibernateredis;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Configures the cache region of an entity or collection, in addition to the ORM's
 * {@link org.hibernate.annotations.Cache @Cache}.
 *
 * <p>On an entity class it configures the region of the entity; on a field or getter, the region of the collection. Its
 * members override the defaults for all regions, such as {@link RedisSettings#TTL}. The settings of that region
 * ({@link RedisSettings#forRegion hibernate.cache.redis.region.&lt;name&gt;.*}) override its members. An empty member
 * sets nothing. Segments and the outage policy have no member: use {@link RedisSettings#SEGMENTS} and
 * {@link RedisSettings#OUTAGE_POLICY}.
 *
 * <p>If several entities or collections share a region, their annotations must not contradict each other. A
 * contradiction, or a member that cannot be parsed, stops the start with a {@link org.hibernate.cache.CacheException}
 * that names the annotated elements.
 *
 * @since 0.1.0
 */
@Documented
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface RedisCacheRegion {

    /**
     * The time to live of an entry: a duration such as {@code 10m}, as for {@link RedisSettings#TTL}.
     *
     * @return the duration; empty for the default
     */
    String ttl() default "";

    /**
     * By how much each time to live is shortened at random: a percentage such as {@code 10%} or a fraction such as
     * {@code 0.1}, as for {@link RedisSettings#TTL_JITTER}.
     *
     * @return the percentage or fraction; empty for the default
     */
    String ttlJitter() default "";

    /**
     * How values are compressed: {@code none}, {@code deflate} or {@code lz4}, optionally with a threshold in bytes,
     * such as {@code lz4:512}. See {@link RedisSettings#COMPRESSION}.
     *
     * @return the compression; empty for the default
     */
    String compression() default "";

    /**
     * The largest encoded value that is stored: a size such as {@code 512KB}, as for
     * {@link RedisSettings#MAX_VALUE_SIZE}.
     *
     * @return the size; empty for the default
     */
    String maxValueSize() default "";

    /**
     * Whether each instance keeps values of the region in its own memory: {@code true} or {@code false}, as for
     * {@link RedisSettings#NEAR}.
     *
     * @return {@code true} or {@code false}; empty for the default
     */
    String near() default "";

    /**
     * How many values of the region each instance keeps, as for {@link RedisSettings#NEAR_MAX_ENTRIES}.
     *
     * @return a whole number; empty for the default
     */
    String nearMaxEntries() default "";

    /**
     * How much memory the values may take that each instance keeps: a size such as {@code 16MB}, as for
     * {@link RedisSettings#NEAR_MAX_BYTES}.
     *
     * @return the size; empty for the default
     */
    String nearMaxBytes() default "";

    /**
     * The maximum age of a value that an instance has kept: a duration such as {@code 500ms}, as for
     * {@link RedisSettings#NEAR_LEASE}.
     *
     * @return the duration; empty for the default
     */
    String nearLease() default "";

    /**
     * How long a session waits for another session that is loading the same entry: a duration such as {@code 200ms}, as
     * for {@link RedisSettings#LOAD_WAIT}.
     *
     * @return the duration; empty for the default
     */
    String loadWait() default "";

    /**
     * How early an entry is loaded again before it expires: a number such as {@code 1}, as for
     * {@link RedisSettings#EARLY_REFRESH}.
     *
     * @return the number; empty for the default
     */
    String earlyRefresh() default "";

    /**
     * How long an entry is served after its TTL while it is reloaded: a duration such as {@code 30s}, as for
     * {@link RedisSettings#STALE_TTL}.
     *
     * @return the duration; empty for the default
     */
    String staleTtl() default "";

    /**
     * How long the cache remembers that a row does not exist: a duration such as {@code 1m}, as for
     * {@link RedisSettings#ABSENT_TTL}.
     *
     * @return the duration; empty for the default
     */
    String absentTtl() default "";

    /**
     * How long an entry lives without being read: a duration such as {@code 30m}, as for {@link
     * RedisSettings#MAX_IDLE}.
     *
     * @return the duration; empty for the default
     */
    String maxIdle() default "";

    /**
     * The approximate maximum number of entries: a whole number such as {@code 100000}, as for
     * {@link RedisSettings#MAX_ENTRIES}.
     *
     * @return the number; empty for the default
     */
    String maxEntries() default "";
}
