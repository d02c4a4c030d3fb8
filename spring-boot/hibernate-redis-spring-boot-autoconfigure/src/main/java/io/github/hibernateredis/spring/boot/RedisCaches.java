package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.RedisRegionFactory;
import jakarta.persistence.EntityManagerFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.ListableBeanFactory;

/** The application's entity manager factories whose second-level cache is in Redis. */
final class RedisCaches {

    private static final String SUFFIX = "entitymanagerfactory";

    private final ListableBeanFactory beans;

    RedisCaches(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /** The factories, by the names that Boot uses for them in its own meters. */
    Map<String, EntityManagerFactory> factories() {
        Map<String, EntityManagerFactory> factories = new TreeMap<>();
        beans.getBeansOfType(EntityManagerFactory.class).forEach((beanName, factory) -> {
            if (RedisRegionFactory.of(factory).isPresent()) {
                factories.put(name(beanName), factory);
            }
        });
        return factories;
    }

    /** The status of each cache. */
    Map<String, CacheStatus> statuses() {
        Map<String, CacheStatus> statuses = new TreeMap<>();
        factories().forEach((name, factory) -> statuses.put(name, CacheStatus.of(factory)));
        return statuses;
    }

    /** Like {@code HibernateMetricsAutoConfiguration}, so that both kinds of meters have the same tag. */
    private static String name(String beanName) {
        return beanName.length() > SUFFIX.length()
                        && beanName.toLowerCase(Locale.ROOT).endsWith(SUFFIX)
                ? beanName.substring(0, beanName.length() - SUFFIX.length())
                : beanName;
    }
}
