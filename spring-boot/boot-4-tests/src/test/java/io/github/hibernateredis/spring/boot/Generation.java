package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The parts of the tests that differ between the generations of Spring Boot. */
final class Generation {

    private Generation() {}

    static AutoConfigurations redis() {
        return AutoConfigurations.of(DataRedisAutoConfiguration.class);
    }

    static AutoConfigurations jpa() {
        return AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class);
    }

    /** Adds the connection details that {@code @ServiceConnection} creates for a container. */
    static ApplicationContextRunner serviceConnection(ApplicationContextRunner runner, String host, int port) {
        return runner.withBean(DataRedisConnectionDetails.class, () -> new DataRedisConnectionDetails() {
            @Override
            public Standalone getStandalone() {
                return Standalone.of(host, port);
            }
        });
    }
}
