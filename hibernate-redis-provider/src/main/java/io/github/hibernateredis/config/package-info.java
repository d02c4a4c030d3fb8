/**
 * The provider's settings as immutable values.
 *
 * <p>{@link io.github.hibernateredis.config.ProviderConfig#from(java.util.Map)} reads the ORM's settings map once, when
 * the session factory starts; nothing else in the provider reads raw settings. Reading either yields a complete
 * configuration or fails with one {@link io.github.hibernateredis.config.ConfigException} that lists everything found
 * wrong, so that one restart is enough to correct it. Unknown names, contradictions and features that this version lacks are
 * errors. A setting for a region that does not exist is a warning.
 *
 * <p>Values layer, the later winning: built-in default, setting for all regions, annotation, setting for the region by
 * its unqualified name, setting for the region by its qualified name. Each single value layers on its own, so that a
 * region that sets its TTL keeps the jitter of all regions.
 *
 * <p>Credentials stay inside {@link io.github.hibernateredis.config.RedisUrl#address()}: no message and no
 * {@code toString()} of this package contains one. The package knows the ORM's exception type and nothing of Redisson.
 */
@NullMarked
package io.github.hibernateredis.config;

import org.jspecify.annotations.NullMarked;
