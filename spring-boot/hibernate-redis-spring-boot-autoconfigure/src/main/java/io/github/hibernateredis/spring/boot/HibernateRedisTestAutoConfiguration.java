package io.github.hibernateredis.spring.boot;

import java.util.UUID;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Gives the context of a test its own key prefix.
 *
 * @since 0.1.0
 */
@AutoConfiguration
public final class HibernateRedisTestAutoConfiguration {

    @Bean
    static TestKeyPrefix hibernateRedisTestKeyPrefix() {
        return new TestKeyPrefix("test-" + UUID.randomUUID());
    }
}
