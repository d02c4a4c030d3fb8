/**
 * The effect of a failure of the shared cache on the application: a read is bypassed, a loaded value is not stored, and
 * no operation takes longer than its timeout.
 *
 * <p>{@link io.github.hibernateredis.resilience.GuardedClient} works below the stores, at each physical request: it
 * applies the timeout, the precedence, and a circuit breaker for each server.
 * {@link io.github.hibernateredis.resilience.ResilientStores} works above the stores. It has their contract, but its
 * own futures never fail. An unconfirmed write leaves a <em>pending invalidation</em>: other instances may still read
 * the outdated entry from Redis. This instance bypasses the region at once, and invalidates it in Redis before it uses
 * it again. Pending invalidations are kept as long as the instance lives.
 */
@NullMarked
package io.github.hibernateredis.resilience;

import org.jspecify.annotations.NullMarked;
