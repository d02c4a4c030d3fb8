package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.metrics.RedisCacheMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Registers the meters of each cache after all singletons have been created. */
final class HibernateRedisMetrics implements SmartInitializingSingleton, DisposableBean {

    private final RedisCaches caches;
    private final ObjectProvider<MeterRegistry> registries;
    private final List<RedisCacheMetrics> bound = new ArrayList<>();

    HibernateRedisMetrics(RedisCaches caches, ObjectProvider<MeterRegistry> registries) {
        this.caches = caches;
        this.registries = registries;
    }

    @Override
    public void afterSingletonsInstantiated() {
        registries.ifUnique(registry -> caches.factories().forEach((name, factory) -> {
            RedisCacheMetrics metrics = new RedisCacheMetrics(factory, name, List.of());
            metrics.bindTo(registry);
            bound.add(metrics);
        }));
    }

    @Override
    public void destroy() {
        bound.forEach(RedisCacheMetrics::close);
    }
}
