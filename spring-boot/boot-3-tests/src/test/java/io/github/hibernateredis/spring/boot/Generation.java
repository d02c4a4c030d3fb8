package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;

/** What has other names in each generation of Boot. */
final class Generation {

    private Generation() {}

    static AutoConfigurations redis() {
        return AutoConfigurations.of(RedisAutoConfiguration.class);
    }

    static AutoConfigurations jpa() {
        return AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class);
    }
}
