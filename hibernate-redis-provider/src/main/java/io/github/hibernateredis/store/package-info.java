/**
 * The port to the shared cache: what a region and the table stamps can be asked to do.
 *
 * <p>Everything that orders anything is a {@link io.github.hibernateredis.store.Stamp}, and only the shared side issues
 * stamps. A caller of a region store never sees one: it says when its session opened, by
 * {@link java.lang.System#nanoTime()}, and the store looks up in its {@link io.github.hibernateredis.store.StampHistory}
 * which stamp had arrived here by then. That costs no round trip, and an older stamp is always safe: it can only refuse a
 * put or a hit. {@code docs/consistency.md} tells why the operations are enough.
 *
 * <p>{@link io.github.hibernateredis.store.RegionStore} and {@link io.github.hibernateredis.store.TableStamps} are
 * asynchronous and report every failure as an exceptionally completed future; what a failure means for the application is
 * decided by the decorators of the {@code resilience} package. Values are opaque bytes here.
 */
@NullMarked
package io.github.hibernateredis.store;

import org.jspecify.annotations.NullMarked;
