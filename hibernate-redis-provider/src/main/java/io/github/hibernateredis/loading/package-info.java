/**
 * Who loads what many miss at a time: {@link io.github.hibernateredis.loading.LoadGate} lets one of them load and the others wait
 * for the value, for a bounded time. None of it decides what may be stored.
 */
@NullMarked
package io.github.hibernateredis.loading;

import org.jspecify.annotations.NullMarked;
