/**
 * What happens in the cache, told to listeners: the base of metrics, logs and counters.
 *
 * <p>{@link io.github.hibernateredis.events.CacheListener} is the one interface; the enums name the reasons and outcomes.
 * {@link io.github.hibernateredis.events.CacheEvents} tells any number of listeners.
 * {@link io.github.hibernateredis.events.CacheCounters} and {@link io.github.hibernateredis.events.CacheLog} are such
 * listeners: what is counted, and how often a line is logged, is decided there and nowhere else. The package depends on
 * nothing else of this library.
 */
@NullMarked
package io.github.hibernateredis.events;

import org.jspecify.annotations.NullMarked;
