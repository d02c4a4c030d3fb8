/**
 * Near caches: values that this process keeps of what Redis holds, so that a hit makes no request.
 *
 * <p>A near hit is at least as new as what had been committed when the last confirmed near heartbeat was sent: it is at most one
 * lease old, whatever is lost, late or cut. As a rule it is as old as a message takes, since a row's invalidation is published
 * when the row is locked, before the commit. An instance always sees its own writes.
 *
 * <p>{@link io.github.hibernateredis.near.NearSegment} is the protocol, without I/O; {@link io.github.hibernateredis.near.NearStores}
 * decorates the port. {@code docs/near-cache.md} tells why the rules are enough.
 */
@NullMarked
package io.github.hibernateredis.near;

import org.jspecify.annotations.NullMarked;
