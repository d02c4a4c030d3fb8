package org.hibernate.testing.cache;

import io.github.hibernateredis.RedisRegionFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.CacheKeysFactory;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.TimestampsRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** Redis in the place of the ORM's map, with separate keys for each factory. */
public class CachingRegionFactory implements RegionFactory {

    public static final String DEFAULT_ACCESSTYPE = "DefaultAccessType";

    private final RegionFactory redis = new RedisRegionFactory();

    public CachingRegionFactory() {}

    public CachingRegionFactory(CacheKeysFactory keys) {}

    public CachingRegionFactory(Properties properties) {}

    public CachingRegionFactory(CacheKeysFactory keys, Properties properties) {}

    @Override
    public void start(SessionFactoryOptions settings, Map<String, Object> configValues) {
        Map<String, Object> values = new HashMap<>(configValues);
        values.put("hibernate.cache.redis.url", System.getProperty("redis.url", "redis://127.0.0.1:6379"));
        values.put("hibernate.cache.redis.key_prefix", "test-" + UUID.randomUUID());
        values.put("hibernate.cache.redis.timeout", "10s");
        redis.start(settings, values);
    }

    @Override
    public void stop() {
        redis.stop();
    }

    @Override
    public boolean isMinimalPutsEnabledByDefault() {
        return redis.isMinimalPutsEnabledByDefault();
    }

    @Override
    public AccessType getDefaultAccessType() {
        return redis.getDefaultAccessType();
    }

    @Override
    public String qualify(String regionName) {
        return redis.qualify(regionName);
    }

    @Override
    public CacheTransactionSynchronization createTransactionContext(SharedSessionContractImplementor session) {
        return redis.createTransactionContext(session);
    }

    @Override
    public long nextTimestamp() {
        return redis.nextTimestamp();
    }

    @Override
    public long getTimeout() {
        return redis.getTimeout();
    }

    @Override
    public DomainDataRegion buildDomainDataRegion(
            DomainDataRegionConfig config, DomainDataRegionBuildingContext context) {
        return redis.buildDomainDataRegion(config, context);
    }

    @Override
    public QueryResultsRegion buildQueryResultsRegion(String name, SessionFactoryImplementor sessionFactory) {
        return redis.buildQueryResultsRegion(name, sessionFactory);
    }

    @Override
    public TimestampsRegion buildTimestampsRegion(String name, SessionFactoryImplementor sessionFactory) {
        return redis.buildTimestampsRegion(name, sessionFactory);
    }

    public static class SettingProvider
            implements org.hibernate.testing.orm.junit.SettingProvider.Provider<CachingRegionFactory> {

        @Override
        public CachingRegionFactory getSetting() {
            return new CachingRegionFactory();
        }
    }
}
