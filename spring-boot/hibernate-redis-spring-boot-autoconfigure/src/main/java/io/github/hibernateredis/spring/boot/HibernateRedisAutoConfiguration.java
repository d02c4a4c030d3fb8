package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.RedisRegionFactory;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * Makes Redis the second-level cache of the application's Hibernate entity manager factories.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration"
        })
@ConditionalOnClass({EntityManagerFactory.class, AbstractEntityManagerFactoryBean.class, RedisRegionFactory.class})
@EnableConfigurationProperties(HibernateRedisProperties.class)
@Import({Boot3RedisConfiguration.class, Boot4RedisConfiguration.class})
public final class HibernateRedisAutoConfiguration {

    @Bean
    static HibernateRedisPostProcessor hibernateRedisPostProcessor() {
        return new HibernateRedisPostProcessor();
    }
}
