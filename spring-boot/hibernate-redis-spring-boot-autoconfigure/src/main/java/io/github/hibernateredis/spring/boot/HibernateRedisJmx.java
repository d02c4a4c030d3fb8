package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.metrics.CacheStatusJmx;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Registers an MBean for each cache after all singletons have been created. */
final class HibernateRedisJmx implements SmartInitializingSingleton, DisposableBean {

    private final RedisCaches caches;
    private final List<CacheStatusJmx> registered = new ArrayList<>();

    HibernateRedisJmx(RedisCaches caches) {
        this.caches = caches;
    }

    @Override
    public void afterSingletonsInstantiated() {
        caches.factories().forEach((name, factory) -> registered.add(new CacheStatusJmx(factory, name)));
    }

    @Override
    public void destroy() {
        registered.forEach(CacheStatusJmx::close);
    }
}
