/**
 * What a failure of the shared cache means for the application: a read is bypassed, a load is not stored, and an operation
 * takes no longer than its timeout.
 *
 * <p>{@link io.github.hibernateredis.resilience.GuardedClient} stands below the stores, where each physical request leaves:
 * timeout, precedence, and a circuit breaker for each server.
 * {@link io.github.hibernateredis.resilience.ResilientStores} stands above them. It has their contract, but no future of its
 * own fails. A write that could not be confirmed leaves an <em>invalidation pending</em>: other instances may still read from
 * Redis what it was to drop. This instance bypasses the region at once, and invalidates it in Redis before it uses it again;
 * nothing that is pending is forgotten as long as the process lives.
 */
@NullMarked
package io.github.hibernateredis.resilience;

import org.jspecify.annotations.NullMarked;
