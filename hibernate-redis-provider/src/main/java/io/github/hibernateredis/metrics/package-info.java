/**
 * Monitoring: meters for Micrometer, and an MBean for applications without Micrometer.
 *
 * <p>{@link io.github.hibernateredis.metrics.RedisCacheMetrics} needs {@code io.micrometer:micrometer-core}, which the
 * application adds. {@link io.github.hibernateredis.metrics.CacheStatusJmx} has no dependencies. Both are built only on
 * {@link io.github.hibernateredis.CacheStatus} and {@link io.github.hibernateredis.events.CacheListener}.
 */
@NullMarked
package io.github.hibernateredis.metrics;

import org.jspecify.annotations.NullMarked;
