package io.github.hibernateredis.codec;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.support.DomainDataStorageAccess;
import org.hibernate.cache.spi.support.RegionFactoryTemplate;
import org.hibernate.cache.spi.support.StorageAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** A minimal region factory that stores entries in maps, and shows what passes the region of query results. */
final class MapRegionFactory extends RegionFactoryTemplate {

    private static final long serialVersionUID = 1L;

    transient UnaryOperator<Object> queryResults = UnaryOperator.identity();
    transient Consumer<Object> queryKeys = key -> {};

    @Override
    protected void prepareForUse(SessionFactoryOptions settings, Map<String, Object> configValues) {}

    @Override
    protected void releaseFromUse() {}

    @Override
    protected DomainDataStorageAccess createDomainDataStorageAccess(
            DomainDataRegionConfig regionConfig, DomainDataRegionBuildingContext buildingContext) {
        return new MapStorage(key -> {}, UnaryOperator.identity());
    }

    @Override
    protected StorageAccess createQueryResultsRegionStorageAccess(String name, SessionFactoryImplementor factory) {
        return new MapStorage(key -> queryKeys.accept(key), item -> queryResults.apply(item));
    }

    @Override
    protected StorageAccess createTimestampsRegionStorageAccess(String name, SessionFactoryImplementor factory) {
        return new MapStorage(key -> {}, UnaryOperator.identity());
    }

    private static final class MapStorage implements DomainDataStorageAccess {

        private final Map<Object, Object> map = new ConcurrentHashMap<>();
        private final Consumer<Object> asked;
        private final UnaryOperator<Object> inward;

        MapStorage(Consumer<Object> asked, UnaryOperator<Object> inward) {
            this.asked = asked;
            this.inward = inward;
        }

        @Override
        public Object getFromCache(Object key, SharedSessionContractImplementor session) {
            asked.accept(key);
            return map.get(key);
        }

        @Override
        public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
            map.put(key, inward.apply(value));
        }

        @Override
        public boolean contains(Object key) {
            return map.containsKey(key);
        }

        @Override
        public void evictData() {
            map.clear();
        }

        @Override
        public void evictData(Object key) {
            map.remove(key);
        }

        @Override
        public void release() {}
    }
}
