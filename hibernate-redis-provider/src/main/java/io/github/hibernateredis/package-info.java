/**
 * Redis as the second-level cache of Hibernate ORM: what an application uses.
 *
 * <p>An application chooses the provider by {@code hibernate.cache.region.factory_class=redis} and configures it by the
 * settings of {@link io.github.hibernateredis.RedisSettings}, all of which begin with {@code hibernate.cache.redis.}. A
 * single region can be tuned at the entity or collection that it caches by
 * {@link io.github.hibernateredis.RedisCacheRegion}, beside the ORM's own {@code @Cache}. Of the packages below,
 * applications use the values of settings in {@code config} and the listener in {@code events}; everything else is internal.
 */
@NullMarked
package io.github.hibernateredis;

import org.jspecify.annotations.NullMarked;
