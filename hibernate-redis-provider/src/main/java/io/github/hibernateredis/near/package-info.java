/**
 * Near caches: values from Redis that this instance keeps in its own memory, so that a hit sends no request.
 *
 * <p>A near hit is at least as new as the commits before the last confirmed near heartbeat was sent: it is at most one
 * lease old, even if messages are lost or late, or the connection breaks. Normally it is only as old as the delay of a
 * message, because the invalidation of a row is published when the row is locked, before the commit. An instance always
 * sees its own writes.
 *
 * <p>{@link io.github.hibernateredis.near.NearSegment} is the protocol, without I/O;
 * {@link io.github.hibernateredis.near.NearStores} decorates the port. {@code docs/near-cache.md} explains why these
 * rules suffice.
 */
@NullMarked
package io.github.hibernateredis.near;

import org.jspecify.annotations.NullMarked;
