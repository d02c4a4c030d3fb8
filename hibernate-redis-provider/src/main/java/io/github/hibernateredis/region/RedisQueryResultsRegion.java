package io.github.hibernateredis.region;

import io.github.hibernateredis.access.SessionContext;
import io.github.hibernateredis.codec.QueryKeys;
import io.github.hibernateredis.codec.QueryResultsCodec;
import io.github.hibernateredis.codec.UncacheableValueException;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import java.util.function.Supplier;
import org.hibernate.cache.spi.ExtendedStatisticsSupport;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * A region of query results. Whether a result is current is decided by the table stamps, so results take no part in the
 * soft-lock protocol; but they remember to which incarnation of the table stamps their own stamp belongs.
 */
final class RedisQueryResultsRegion implements QueryResultsRegion, ExtendedStatisticsSupport {

    private final String name;
    private final RegionFactory factory;
    private final RegionState state;
    private final Supplier<QueryResultsCodec> codec;
    private final RegionConfig settings;
    private final QueryKeys keys;
    private final Warnings warnings;

    RedisQueryResultsRegion(
            String name,
            RegionFactory factory,
            RegionState state,
            Supplier<QueryResultsCodec> codec,
            RegionConfig settings,
            QueryKeys keys,
            Warnings warnings) {
        this.name = name;
        this.factory = factory;
        this.state = state;
        this.codec = codec;
        this.settings = settings;
        this.keys = keys;
        this.warnings = warnings;
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
    public @Nullable Object getFromCache(Object key, SharedSessionContractImplementor session) {
        String entry = keys.name((QueryKey) key);
        if (entry == null) {
            return null;
        }
        RegionStore store = state.store();
        SessionContext context = SessionContext.of(session);
        byte[] bytes = store.get(entry).join();
        context.queryLookedUp(store, entry);
        if (bytes == null) {
            return null;
        }
        QueryResultsCodec.QueryItem item = codec.get().decode(bytes);
        if (item == null) {
            state.undecodable().found(entry);
            store.discard(entry);
            return null;
        }
        context.queryResultFound(item.incarnation(), codec.get().rows(item.cacheItem()));
        return item.cacheItem();
    }

    @Override
    public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
        String entry = keys.name((QueryKey) key);
        SessionContext context = SessionContext.of(session);
        Stamp stamp = context.tableStamp();
        if (entry == null || stamp == null) {
            return;
        }
        byte[] bytes;
        try {
            bytes = codec.get().encode(value, stamp.incarnation(), settings.compression());
        } catch (UncacheableValueException e) {
            warnings.warn("Region " + state.store().name() + ": " + e.getMessage());
            return;
        }
        if (bytes.length > settings.maxValueSize()) {
            warnings.warn(settings.tooLarge(state.store().name()));
            return;
        }
        RegionStore store = state.store();
        long readFrom = context.queryReadsFrom(store, entry);
        context.store(context.hearsOfRows() && !context.hasWritten(), () -> store.replace(entry, bytes, readFrom));
    }

    @Override
    public void clear() {
        state.evictions().happens();
        state.store().clear().join();
    }

    /** Nothing: what is in Redis belongs to the other nodes as well. */
    @Override
    public void destroy() {}

    @Override
    public long getElementCountInMemory() {
        return state.size().items();
    }

    @Override
    public long getElementCountOnDisk() {
        return 0;
    }

    @Override
    public long getSizeInMemory() {
        return state.size().bytes();
    }

    @Override
    public String toString() {
        return "query results region " + name;
    }
}
