/**
 * The ORM's regions, and what a started factory consists of.
 *
 * <p>{@link io.github.hibernateredis.region.CacheNode} is one started factory: it makes the regions, sends the heartbeat, and
 * knows nothing of Redis but the port. The regions only put together what the {@code access}, {@code codec} and
 * {@code store} packages do; several roles, and even a query region, may share a region's name, and then share its store.
 */
@NullMarked
package io.github.hibernateredis.region;

import org.jspecify.annotations.NullMarked;
