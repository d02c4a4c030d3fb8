/**
 * Redis as the second-level cache of Hibernate ORM: what an application uses.
 *
 * <p>An application chooses the provider by {@code hibernate.cache.region.factory_class=redis} and configures it by the
 * settings of {@link io.github.hibernateredis.RedisSettings}, all of which begin with {@code hibernate.cache.redis.}. A
 * single region can be tuned at the entity or collection that it caches by
 * {@link io.github.hibernateredis.RedisCacheRegion}, beside the ORM's own {@code @Cache}. What the cache
 * is doing is in {@link io.github.hibernateredis.CacheStatus}.
 *
 * <p>Of the packages below, {@code events} and {@code metrics} are for applications as well, and the enums of {@code config}
 * that settings accept. All others are not.
 */
@NullMarked
package io.github.hibernateredis;

import org.jspecify.annotations.NullMarked;
