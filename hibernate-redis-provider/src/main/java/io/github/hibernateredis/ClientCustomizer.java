package io.github.hibernateredis;

import org.redisson.config.Config;

/**
 * Changes the configuration of a Redisson client before it is made.
 *
 * @since 0.1.0
 * @see RedisSettings#CLIENT_CUSTOMIZER
 */
@FunctionalInterface
public interface ClientCustomizer {

    /** Changes what the provider has made of its settings. */
    void customize(Config config);
}
