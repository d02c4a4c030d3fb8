/**
 * Coordinates the loads of one key that many sessions miss at the same time:
 * {@link io.github.hibernateredis.loading.LoadGate} lets one session load, and the others wait for the value for a
 * bounded time. This package does not decide what may be stored.
 */
@NullMarked
package io.github.hibernateredis.loading;

import org.jspecify.annotations.NullMarked;
