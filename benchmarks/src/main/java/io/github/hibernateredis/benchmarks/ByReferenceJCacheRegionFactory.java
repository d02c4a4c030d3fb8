package io.github.hibernateredis.benchmarks;

import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.hibernate.cache.jcache.internal.JCacheRegionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * The JCache region factory with caches that hand out what they hold. JCache's default is a copy by Java serialization of
 * every entry at every read, which a user who cares for speed switches off.
 */
public final class ByReferenceJCacheRegionFactory extends JCacheRegionFactory {

    private static final long serialVersionUID = 1L;

    /** For the ORM, which makes the factory that its settings name. */
    public ByReferenceJCacheRegionFactory() {}

    /** Made at once: to ask whether there is one makes Caffeine read its configuration file, which fails on "##". */
    @Override
    protected Cache<Object, Object> getOrCreateCache(String regionName, SessionFactoryImplementor factory) {
        return getCacheManager().createCache(regionName, new MutableConfiguration<>().setStoreByValue(false));
    }
}
