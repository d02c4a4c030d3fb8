/**
 * What one looks at from outside: meters for Micrometer, and an MBean for those without.
 *
 * <p>{@link io.github.hibernateredis.metrics.RedisCacheMetrics} needs {@code io.micrometer:micrometer-core}, which the
 * application brings; {@link io.github.hibernateredis.metrics.CacheStatusJmx} needs nothing. Both are made of
 * {@link io.github.hibernateredis.CacheStatus} and {@link io.github.hibernateredis.events.CacheListener} alone.
 */
@NullMarked
package io.github.hibernateredis.metrics;

import org.jspecify.annotations.NullMarked;
