package io.github.hibernateredis;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tunes the cache region of an entity or collection, beside the ORM's {@link org.hibernate.annotations.Cache @Cache}.
 *
 * <p>On an entity class it configures the region of the entity; on a field or getter, the region of the collection.
 * What it sets wins over the defaults of all regions ({@link RedisSettings#TTL} and the like), and the
 * settings of that region ({@link RedisSettings#forRegion hibernate.cache.redis.region.&lt;name&gt;.*}) win over it. A
 * member that is left empty sets nothing. Segments and the outage policy of a region are settings only
 * ({@link RedisSettings#SEGMENTS}, {@link RedisSettings#OUTAGE_POLICY}).
 *
 * <p>Annotations for the same region, because entities or collections share it, must not contradict one
 * another. A contradiction, or a member that cannot be read, stops the start with a
 * {@link org.hibernate.cache.CacheException} that names the annotated elements.
 *
 * @since 0.1.0
 */
@Documented
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface RedisCacheRegion {

    /**
     * How long an entry lives: a duration such as {@code 10m}, as for {@link RedisSettings#TTL}.
     *
     * @return the duration; empty for the default
     */
    String ttl() default "";

    /**
     * By how much lives are shortened at random: a percentage such as {@code 10%} or a fraction such as {@code 0.1}, as
     * for {@link RedisSettings#TTL_JITTER}.
     *
     * @return the percentage or fraction; empty for the default
     */
    String ttlJitter() default "";

    /**
     * How values are compressed: {@code none}, {@code deflate} or {@code lz4}, with a threshold if need be, such as
     * {@code lz4:512}, as for {@link RedisSettings#COMPRESSION}.
     *
     * @return the compression; empty for the default
     */
    String compression() default "";

    /**
     * How large an encoded value may be that is stored: a size such as {@code 512KB}, as for
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
     * How many values each instance keeps, as for {@link RedisSettings#NEAR_MAX_ENTRIES}.
     *
     * @return a whole number; empty for the default
     */
    String nearMaxEntries() default "";

    /**
     * How much memory the values take that each instance keeps: a size such as {@code 16MB}, as for
     * {@link RedisSettings#NEAR_MAX_BYTES}.
     *
     * @return the size; empty for the default
     */
    String nearMaxBytes() default "";

    /**
     * How old a value may be at most that an instance has kept: a duration such as {@code 500ms}, as for
     * {@link RedisSettings#NEAR_LEASE}.
     *
     * @return the duration; empty for the default
     */
    String nearLease() default "";

    /**
     * For how long a session waits for another one that is loading the same entry: a duration such as {@code 200ms}, as for
     * {@link RedisSettings#LOAD_WAIT}.
     *
     * @return the duration; empty for the default
     */
    String loadWait() default "";

    /**
     * How early entries are loaded again that are about to expire: a number such as {@code 1}, as for
     * {@link RedisSettings#EARLY_REFRESH}.
     *
     * @return the number; empty for the default
     */
    String earlyRefresh() default "";

    /**
     * For how long an entry is served after its TTL, while it is reloaded: a duration such as {@code 30s}, as for
     * {@link RedisSettings#STALE_TTL}.
     *
     * @return the duration; empty for the default
     */
    String staleTtl() default "";

    /**
     * How long it is remembered that a row does not exist: a duration such as {@code 1m}, as for
     * {@link RedisSettings#ABSENT_TTL}.
     *
     * @return the duration; empty for the default
     */
    String absentTtl() default "";

    /**
     * How many entries the region holds at most, about: a whole number such as {@code 100000}, as for
     * {@link RedisSettings#MAX_ENTRIES}.
     *
     * @return the number; empty for the default
     */
    String maxEntries() default "";
}
