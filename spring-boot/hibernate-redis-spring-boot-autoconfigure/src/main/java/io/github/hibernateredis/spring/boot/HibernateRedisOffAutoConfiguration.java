package io.github.hibernateredis.spring.boot;

import org.hibernate.cfg.AvailableSettings;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * For test slices: switches the second-level cache off unless the test requests it. Otherwise Hibernate would use the
 * only region factory on the class path.
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
