package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health indicator in Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({AbstractHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
class Boot4HealthConfiguration {

    @Bean
    @ConditionalOnEnabledHealthIndicator("hibernateredis")
    Indicator hibernateRedisHealthIndicator(RedisCaches caches, HibernateRedisProperties properties) {
        return new Indicator(caches, properties.health().outageStatus());
    }

    static final class Indicator extends AbstractHealthIndicator {

        private final RedisCaches caches;
        private final String outageStatus;

        Indicator(RedisCaches caches, String outageStatus) {
            super("The status of the second-level cache cannot be read");
            this.caches = caches;
            this.outageStatus = outageStatus;
        }

        @Override
        protected void doHealthCheck(Health.Builder builder) {
            CacheHealth health = CacheHealth.of(caches, outageStatus);
            builder.status(health.status()).withDetails(health.details());
        }
    }
}
