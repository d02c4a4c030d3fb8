package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/** What has other names in each generation of Boot. */
final class Generation {

    private Generation() {}

    static AutoConfigurations redis() {
        return AutoConfigurations.of(DataRedisAutoConfiguration.class);
    }

    static AutoConfigurations jpa() {
        return AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class);
    }
}
