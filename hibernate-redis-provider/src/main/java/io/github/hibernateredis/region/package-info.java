/**
 * The ORM's regions, and the parts of a started factory.
 *
 * <p>{@link io.github.hibernateredis.region.CacheInstance} is one started factory: it creates the regions and sends the
 * heartbeat, and uses Redis only through the port. The regions only combine the {@code access}, {@code codec} and
 * {@code store} packages. Several roles, and even a query region, may share a region's name; then they share its store.
 */
@NullMarked
package io.github.hibernateredis.region;

import org.jspecify.annotations.NullMarked;
