package io.github.hibernateredis;

import org.redisson.config.Config;

/**
 * Changes the configuration of a Redisson client before the client is created. Called once at the start, by one thread.
 *
 * @since 0.1.0
 * @see RedisSettings#CLIENT_CUSTOMIZER
 */
@FunctionalInterface
public interface ClientCustomizer {

    /** Changes the configuration that the provider has built from its settings. An exception stops the start. */
    void customize(Config config);
}
