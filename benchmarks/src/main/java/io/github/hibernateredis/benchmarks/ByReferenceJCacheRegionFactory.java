package io.github.hibernateredis.benchmarks;

import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.hibernate.cache.jcache.internal.JCacheRegionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * The JCache region factory with caches that return the stored objects. By default JCache copies every entry by Java
 * serialization at every read, which a user who needs speed switches off.
 */
public final class ByReferenceJCacheRegionFactory extends JCacheRegionFactory {

    private static final long serialVersionUID = 1L;

    /** Called by the ORM, which creates the factory that its settings name. */
    public ByReferenceJCacheRegionFactory() {}

    /**
     * Created at once: to check whether one exists, Caffeine would read its configuration file, which fails on "##".
     */
    @Override
    protected Cache<Object, Object> getOrCreateCache(String regionName, SessionFactoryImplementor factory) {
        return getCacheManager().createCache(regionName, new MutableConfiguration<>().setStoreByValue(false));
    }
}
