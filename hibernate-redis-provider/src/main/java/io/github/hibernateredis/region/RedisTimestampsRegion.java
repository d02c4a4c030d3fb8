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
                "Region " + name + " holds stamps that Redis issues, and no timestamps of this instance's"
                        + " clock: remove the setting hibernate.cache.query_cache_factory, whose value does not know them");
    }

    @Override
    public void clear() {
        stamps.clear().join();
    }

    /** Nothing: what is in Redis belongs to the other nodes as well. */
    @Override
    public void destroy() {}

    @Override
    public String toString() {
        return "table stamps region " + name;
    }
}
