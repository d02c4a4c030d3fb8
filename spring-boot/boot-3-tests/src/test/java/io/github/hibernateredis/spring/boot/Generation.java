package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The parts of the tests that differ between the generations of Spring Boot. */
final class Generation {

    private Generation() {}

    static AutoConfigurations redis() {
        return AutoConfigurations.of(RedisAutoConfiguration.class);
    }

    static AutoConfigurations jpa() {
        return AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class);
    }

    /** Adds the connection details that {@code @ServiceConnection} creates for a container. */
    static ApplicationContextRunner serviceConnection(ApplicationContextRunner runner, String host, int port) {
        return runner.withBean(RedisConnectionDetails.class, () -> new RedisConnectionDetails() {
            @Override
            public Standalone getStandalone() {
                return Standalone.of(host, port);
            }
        });
    }
}
