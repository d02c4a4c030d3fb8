package io.github.hibernateredis.spring.boot;

import org.hibernate.cfg.AvailableSettings;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * For slices of tests: no second-level cache, unless the test asks for it. Without this, Hibernate would take the only region
 * factory on the class path by itself.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = HibernateRedisAutoConfiguration.class)
@ConditionalOnMissingBean(HibernateRedisPostProcessor.class)
public final class HibernateRedisOffAutoConfiguration {

    @Bean
    static BeanPostProcessor hibernateRedisOff() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String beanName) {
                if (bean instanceof AbstractEntityManagerFactoryBean factory
                        && !factory.getJpaPropertyMap().containsKey(AvailableSettings.CACHE_REGION_FACTORY)) {
                    factory.getJpaPropertyMap().putIfAbsent(AvailableSettings.USE_SECOND_LEVEL_CACHE, "false");
                }
                return bean;
            }
        };
    }
}
