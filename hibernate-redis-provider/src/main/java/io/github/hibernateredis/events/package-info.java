/**
 * What happens in the cache, told to listeners: the base of metrics, logs and counters.
 *
 * <p>{@link io.github.hibernateredis.events.CacheListener} is the one interface; the enums name the reasons and outcomes. The
 * package depends on nothing else of this library.
 */
@NullMarked
package io.github.hibernateredis.events;

import org.jspecify.annotations.NullMarked;
