package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.spring.boot.app.Book;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests what is shown about the cache of a real entity manager factory, which needs no Redis yet. */
final class ShownCacheTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    HibernateRedisAutoConfiguration.class,
                    HibernateRedisActuatorAutoConfiguration.class,
                    SslAutoConfiguration.class))
            .withConfiguration(Generation.jpa())
            .withUserConfiguration(Application.class)
            .withPropertyValues(
                    "spring.application.name=shop",
                    "spring.datasource.generate-unique-name=true",
                    "hibernate.cache.redis.url=redis://127.0.0.1:1");

    @AutoConfigurationPackage(basePackageClasses = Book.class)
    static class Application {}

    @Test
    void healthIsUnknownAndNotDown() {
        runner.run(context -> assertThat(CacheHealth.of(context.getBean(RedisCaches.class), "UNKNOWN"))
                .satisfies(health -> assertThat(health.status()).isEqualTo("UNKNOWN"))
                .satisfies(health -> assertThat(health.details()).containsEntry("availability", "NOT_CONNECTED")));
        runner.run(context -> assertThat(context).hasBean("hibernateRedisHealthIndicator"));
        runner.withPropertyValues("management.health.hibernateredis.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("hibernateRedisHealthIndicator"));
    }

    @Test
    void metersAreRegistered() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context.getBean(MeterRegistry.class)
                                .get("hibernate.cache.redis.available")
                                .tag("entityManagerFactory", "entityManagerFactory")
                                .gauge()
                                .value())
                        .isZero());
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues("hibernate.cache.redis.metrics.enabled=false")
                .run(context -> assertThat(context.getBean(MeterRegistry.class).getMeters())
                        .isEmpty());
    }

    @Test
    void micrometerAndActuatorMayBeAbsent() {
        runner.withClassLoader(new FilteredClassLoader("io.micrometer", "org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HibernateRedisMetrics.class));
    }

    @Test
    void theEndpointIsThereIfItIsExposed() {
        runner.run(context -> assertThat(context).doesNotHaveBean(HibernateRedisEndpoint.class));
        runner.withPropertyValues("management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context).hasSingleBean(HibernateRedisEndpoint.class));
    }

    @Test
    void theMBeanIsThereIfJmxIsOn() throws Exception {
        ObjectName name = new ObjectName("io.github.hibernateredis:type=CacheStatus,name=\"entityManagerFactory\"");
        runner.withPropertyValues("spring.jmx.enabled=true")
                .run(context -> assertThat(
                                ManagementFactory.getPlatformMBeanServer().getAttribute(name, "KeyPrefix"))
                        .isEqualTo("shop"));
        assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name))
                .isFalse();
    }

    @Test
    void nothingIsShownOfACacheThatIsOff() {
        runner.withPropertyValues("hibernate.cache.redis.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisCaches.class));
        runner.withPropertyValues("spring.jpa.properties.hibernate.cache.use_second_level_cache=false")
                .run(context -> assertThat(context.getBean(RedisCaches.class).factories())
                        .isEmpty());
    }

    @Test
    void wrongSettingsAreExplained() {
        runner.withPropertyValues("hibernate.cache.redis.lok-timeout=30s").run(context -> {
            var analysis = new ConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("lok_timeout").contains("lock_timeout");
        });
    }
}
