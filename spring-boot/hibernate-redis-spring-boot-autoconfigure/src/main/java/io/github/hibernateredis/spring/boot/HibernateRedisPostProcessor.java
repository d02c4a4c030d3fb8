package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.RedisRegionFactory;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.events.CacheListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.hibernate.cfg.AvailableSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/**
 * Configures Redis as the second-level cache of each Hibernate entity manager factory before it is built. Its JPA
 * properties have precedence: a region factory of another cache, a disabled second-level cache, and single settings.
 */
final class HibernateRedisPostProcessor implements BeanPostProcessor, BeanFactoryAware, EnvironmentAware {

    private static final Log LOG = LogFactory.getLog("io.github.hibernateredis");

    private static final String APPLICATION_NAME = "spring.application.name";

    /** Hibernate 6.6 logs the statistics of each session while statistics are on. */
    private static final String LOG_SESSIONS = "hibernate.session.events.log";

    private @Nullable ConfigurableListableBeanFactory beans;
    private @Nullable Environment environment;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof AbstractEntityManagerFactoryBean factory && isHibernate(factory)) {
            new Configuration(Objects.requireNonNull(beans), Objects.requireNonNull(environment))
                    .apply(factory, beanName);
        }
        return bean;
    }

    private static boolean isHibernate(AbstractEntityManagerFactoryBean factory) {
        Object vendor = factory.getJpaVendorAdapter() != null
                ? factory.getJpaVendorAdapter().getPersistenceProvider()
                : factory.getPersistenceProvider();
        return vendor == null || isHibernate(vendor.getClass());
    }

    /** Spring's provider extends Hibernate's. */
    private static boolean isHibernate(@Nullable Class<?> type) {
        return type != null && (type.getName().startsWith("org.hibernate.") || isHibernate(type.getSuperclass()));
    }

    /** Configures one entity manager factory. */
    private record Configuration(ConfigurableListableBeanFactory beans, Environment environment) {

        void apply(AbstractEntityManagerFactoryBean factory, String beanName) {
            HibernateRedisProperties properties = Binder.get(environment)
                    .bindOrCreate(HibernateRedisProperties.PREFIX, HibernateRedisProperties.class);
            Map<String, Object> jpa = factory.getJpaPropertyMap();
            if (!isFree(jpa)) {
                return;
            }
            if (!properties.enabled()) {
                jpa.put(AvailableSettings.USE_SECOND_LEVEL_CACHE, "false");
                return;
            }
            jpa.putIfAbsent(AvailableSettings.CACHE_REGION_FACTORY, "redis");
            putIfKnown(jpa, AvailableSettings.USE_QUERY_CACHE, properties.queryCache());
            putIfKnown(jpa, AvailableSettings.GENERATE_STATISTICS, properties.statistics());
            jpa.putIfAbsent(LOG_SESSIONS, "false");

            Map<String, Object> settings = new HashMap<>(ProviderSettings.read(environment));
            boolean connected = List.of(RedisSettings.CLIENT, RedisSettings.CONFIG, RedisSettings.URL).stream()
                    .anyMatch(jpa::containsKey);
            if (!connected) {
                new ConnectionSettings(beans, environment, properties)
                        .complete(settings, beanName, factory.getDataSource());
            }
            settings.put(
                    RedisSettings.KEY_PREFIX, keyPrefix(settings.get(RedisSettings.KEY_PREFIX), factory, beanName));
            List<CacheListener> listeners =
                    beans.getBeanProvider(CacheListener.class).orderedStream().toList();
            if (!listeners.isEmpty()) {
                settings.putIfAbsent(RedisSettings.LISTENER, listeners);
            }
            settings.forEach(jpa::putIfAbsent);
        }

        /** Whether no other cache is configured, and the second-level cache is not off. */
        private static boolean isFree(Map<String, Object> jpa) {
            Object chosen = jpa.get(AvailableSettings.CACHE_REGION_FACTORY);
            boolean ours = chosen == null
                    || chosen instanceof RedisRegionFactory
                    || chosen == RedisRegionFactory.class
                    || List.of("redis", RedisRegionFactory.class.getName()).contains(chosen);
            return ours && !"false".equalsIgnoreCase(String.valueOf(jpa.get(AvailableSettings.USE_SECOND_LEVEL_CACHE)));
        }

        private static void putIfKnown(Map<String, Object> jpa, String name, @Nullable Boolean value) {
            if (value != null) {
                jpa.putIfAbsent(name, value.toString());
            }
        }

        /**
         * Separates applications by their names, and the databases of one application by the names of their persistence
         * units.
         */
        private String keyPrefix(
                @Nullable Object configured, AbstractEntityManagerFactoryBean factory, String beanName) {
            TestKeyPrefix test = beans.getBeanProvider(TestKeyPrefix.class).getIfAvailable();
            String application = environment.getProperty(APPLICATION_NAME, "");
            String prefix;
            if (test != null) {
                prefix = test.value();
            } else if (configured != null) {
                prefix = configured.toString();
            } else if (!application.isBlank()) {
                prefix = application.trim().replaceAll("[\\s{}]+", "-").replaceAll(":+$", "");
            } else {
                prefix = "hibernate";
                LOG.warn("Applications that share this Redis share cache entries: neither"
                        + " hibernate.cache.redis.key-prefix nor "
                        + APPLICATION_NAME + " is set. Set one of them");
            }
            if (isMain(beanName)) {
                return prefix;
            }
            String unit = factory.getPersistenceUnitName();
            return prefix + ":" + (unit == null || unit.isBlank() ? beanName : unit);
        }

        private boolean isMain(String beanName) {
            String[] factories = beans.getBeanNamesForType(AbstractEntityManagerFactoryBean.class, true, false);
            return factories.length < 2
                    || beans.containsBeanDefinition(beanName)
                            && beans.getMergedBeanDefinition(beanName).isPrimary();
        }
    }
}
