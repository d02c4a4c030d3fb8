/**
 * The provider's settings as immutable values.
 *
 * <p>{@link io.github.hibernateredis.config.ProviderConfig#from(java.util.Map)} parses the ORM's settings map once,
 * when the session factory starts. No other code of the provider reads raw settings. The result is a complete
 * configuration, or one {@link io.github.hibernateredis.config.ConfigException} that lists every problem, so that one
 * restart is enough to correct them. Unknown names, contradictions and features that this version lacks are errors. A
 * setting for a region that does not exist is a warning.
 *
 * <p>Later sources override earlier ones: built-in default, setting for all regions, annotation, setting for the region
 * by its unqualified name, setting for the region by its qualified name. Each value is resolved separately: a region
 * with its own TTL keeps the jitter of all regions.
 *
 * <p>Credentials stay inside {@link io.github.hibernateredis.config.RedisUrl#address()}: no message and no
 * {@code toString()} of this package contains them. The package depends on the ORM's exception type, and not on
 * Redisson.
 */
@NullMarked
package io.github.hibernateredis.config;

import org.jspecify.annotations.NullMarked;
