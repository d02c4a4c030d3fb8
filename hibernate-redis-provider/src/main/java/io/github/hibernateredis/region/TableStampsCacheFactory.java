package io.github.hibernateredis.region;

import org.hibernate.cache.internal.StandardTimestampsCacheFactory;
import org.hibernate.cache.spi.CacheImplementor;
import org.hibernate.cache.spi.TimestampsCache;
import org.hibernate.cache.spi.TimestampsCacheFactory;
import org.hibernate.cache.spi.TimestampsRegion;

/**
 * Replaces the ORM's cache of update timestamps by the table stamps, if the region is one of this provider. The default
 * of {@code hibernate.cache.query_cache_factory} while this library is on the class path.
 */
public final class TableStampsCacheFactory implements TimestampsCacheFactory {

    /** Called by the ORM's strategy selector. */
    public TableStampsCacheFactory() {}

    @Override
    public TimestampsCache buildTimestampsCache(CacheImplementor cacheManager, TimestampsRegion timestampsRegion) {
        return timestampsRegion instanceof RedisTimestampsRegion ours
                ? new TableStampsCache(ours)
                : StandardTimestampsCacheFactory.INSTANCE.buildTimestampsCache(cacheManager, timestampsRegion);
    }
}
