/**
 * The events of the cache: listeners, and the metrics, logs and counters that are built on them.
 *
 * <p>{@link io.github.hibernateredis.events.CacheListener} is the only listener interface; the enums list the reasons
 * and outcomes. {@link io.github.hibernateredis.events.CacheEvents} passes each event to any number of listeners.
 * {@link io.github.hibernateredis.events.CacheCounters} and {@link io.github.hibernateredis.events.CacheLog} are such
 * listeners: they alone decide what is counted and how often a line is logged. The package depends on no other package
 * of this library.
 */
@NullMarked
package io.github.hibernateredis.events;

import org.jspecify.annotations.NullMarked;
