package io.github.hibernateredis.region;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.TableStamps;
import org.hibernate.cache.CacheException;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.TimestampsRegion;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** The region of the table stamps. Only {@link TableStampsCache} can read and write it. */
final class RedisTimestampsRegion implements TimestampsRegion {

    private final String name;
    private final RegionFactory factory;
    private final TableStamps stamps;
    private final CacheListener events;

    RedisTimestampsRegion(String name, RegionFactory factory, TableStamps stamps, CacheListener events) {
        this.name = name;
        this.factory = factory;
        this.stamps = stamps;
        this.events = events;
    }

    TableStamps stamps() {
        return stamps;
    }

    CacheListener events() {
        return events;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public RegionFactory getRegionFactory() {
        return factory;
    }

    @Override
    public Object getFromCache(Object key, SharedSessionContractImplementor session) {
        throw unsupported();
    }

    @Override
    public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
        throw unsupported();
    }

    private CacheException unsupported() {
        return new CacheException(
                "Region " + name + " contains stamps from Redis, not timestamps of this instance's clock."
                        + " Remove the setting hibernate.cache.query_cache_factory, whose value does not support"
                        + " stamps");
    }

    @Override
    public void clear() {
        stamps.clear().join();
    }

    /** Does nothing: other instances use the entries in Redis. */
    @Override
    public void destroy() {}

    @Override
    public String toString() {
        return "table stamps region " + name;
    }
}
