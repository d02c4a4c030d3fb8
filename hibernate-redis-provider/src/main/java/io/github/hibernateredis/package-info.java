/**
 * Redis as the second-level cache of Hibernate ORM: the types that an application uses.
 *
 * <p>An application selects the provider with {@code hibernate.cache.region.factory_class=redis} and configures it with
 * the settings of {@link io.github.hibernateredis.RedisSettings}, all of which begin with
 * {@code hibernate.cache.redis.}. The annotation {@link io.github.hibernateredis.RedisCacheRegion} configures the
 * region of one entity or collection, next to the ORM's own {@code @Cache}.
 * {@link io.github.hibernateredis.CacheStatus} shows the current state of the cache.
 *
 * <p>Of the packages below, an application may also use {@code events}, {@code inspection}, {@code metrics}, and the
 * enums and records of {@code config} that settings accept. All other packages are internal and may change in any
 * release.
 */
@NullMarked
package io.github.hibernateredis;

import org.jspecify.annotations.NullMarked;
