package io.github.hibernateredis.spring.boot;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Adds the cache to the actuator: health, endpoint, meters and MBean.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = HibernateRedisAutoConfiguration.class)
@ConditionalOnBean(HibernateRedisPostProcessor.class)
@ConditionalOnBooleanProperty(name = "hibernate.cache.redis.enabled", matchIfMissing = true)
@Import({Boot3HealthConfiguration.class, Boot4HealthConfiguration.class})
public final class HibernateRedisActuatorAutoConfiguration {

    @Bean
    static RedisCaches hibernateRedisCaches(ListableBeanFactory beans) {
        return new RedisCaches(beans);
    }

    @Bean
    @ConditionalOnBooleanProperty("spring.jmx.enabled")
    static HibernateRedisJmx hibernateRedisJmx(RedisCaches caches) {
        return new HibernateRedisJmx(caches);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBooleanProperty(name = "hibernate.cache.redis.metrics.enabled", matchIfMissing = true)
    static class MetricsConfiguration {

        @Bean
        static HibernateRedisMetrics hibernateRedisMetrics(
                RedisCaches caches, ObjectProvider<MeterRegistry> registries) {
            return new HibernateRedisMetrics(caches, registries);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnAvailableEndpoint
        static HibernateRedisEndpoint hibernateRedisEndpoint(RedisCaches caches) {
            return new HibernateRedisEndpoint(caches);
        }
    }
}
