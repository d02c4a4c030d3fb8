/**
 * The port to the shared cache: the operations of a region and of the table stamps.
 *
 * <p>{@link io.github.hibernateredis.store.Stamp}s order all writes, and only Redis issues stamps. A caller of a region
 * store passes the {@link java.lang.System#nanoTime()} at which its session opened; the store looks up in its
 * {@link io.github.hibernateredis.store.StampHistory} which stamp had arrived by then. That takes no round trip, and an
 * older stamp is always safe: it can only refuse a put or a hit. {@code docs/consistency.md} explains why these
 * operations suffice.
 *
 * <p>{@link io.github.hibernateredis.store.RegionStore} and {@link io.github.hibernateredis.store.TableStamps} are
 * asynchronous and report every failure as an exceptionally completed future. The decorators in the {@code resilience}
 * package decide the effect of a failure on the application. Values are opaque bytes here.
 */
@NullMarked
package io.github.hibernateredis.store;

import org.jspecify.annotations.NullMarked;
