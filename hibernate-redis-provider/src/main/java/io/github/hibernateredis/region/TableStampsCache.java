package io.github.hibernateredis.region;

import io.github.hibernateredis.events.LogMessage;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.session.OutdatedResult;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.store.Stamp;
import java.util.Collection;
import java.util.List;
import org.hibernate.cache.spi.TimestampsCache;
import org.hibernate.cache.spi.TimestampsRegion;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.stat.spi.StatisticsImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a cached query result is current, with one read for all its tables.
 *
 * <p>{@code preInvalidate} marks an update and {@code invalidate} ends it. The ORM (6.6 to 8.0) calls the latter after
 * commit and rollback alike. If the ORM omits the call, the {@link SessionContext} ends the update.
 */
final class TableStampsCache implements TimestampsCache {

    private final RedisTimestampsRegion region;

    TableStampsCache(RedisTimestampsRegion region) {
        this.region = region;
    }

    @Override
    public TimestampsRegion getRegion() {
        return region;
    }

    @Override
    public void preInvalidate(String[] spaces, SharedSessionContractImplementor session) {
        if (spaces.length > 0) {
            SessionContext.of(session).writes().beginUpdate(region.stamps().name(), List.of(spaces));
            countPuts(spaces.length, session);
        }
    }

    @Override
    public void invalidate(String[] spaces, SharedSessionContractImplementor session) {
        if (spaces.length > 0) {
            SessionContext.of(session).writes().endUpdate(region.stamps().name(), List.of(spaces));
            countPuts(spaces.length, session);
        }
    }

    /**
     * Whether what the session loads would be current: not as long as one of the tables is being written, nor if the
     * session does not know of the last write of each.
     */
    private boolean loadsCurrent(Collection<String> spaces, @Nullable Stamp loaded) {
        return loaded != null
                && region.stamps()
                        .read(spaces)
                        .handle((states, failure) -> failure == null && states.isCurrent(spaces, loaded))
                        .join();
    }

    private static void countPuts(int tables, SharedSessionContractImplementor session) {
        StatisticsImplementor statistics = session.getFactory().getStatistics();
        if (statistics.isStatisticsEnabled()) {
            for (int i = 0; i < tables; i++) {
                statistics.updateTimestampsCachePut();
            }
        }
    }

    @Override
    public boolean isUpToDate(String[] spaces, Long timestamp, SharedSessionContractImplementor session) {
        return isUpToDate(List.of(spaces), timestamp, session);
    }

    @Override
    public boolean isUpToDate(Collection<String> spaces, Long timestamp, SharedSessionContractImplementor session) {
        SessionContext context = SessionContext.of(session);
        Stamp stamp =
                context.writes().isUpdating(spaces) ? null : context.queries().stamp(timestamp);
        boolean current =
                stamp != null && region.stamps().isCurrent(spaces, stamp).join();
        OutdatedResult outdated =
                current || stamp == null ? null : context.queries().outdated();
        if (outdated != null && loadsCurrent(spaces, context.queries().tableStamp())) {
            current = outdated.awaitNewer(
                    newer -> region.stamps().isCurrent(spaces, newer).join());
        }
        String results = context.queries().region();
        if (current && results != null) {
            if (context.queries().isNear()) {
                region.events().nearHit(results);
            } else {
                region.events().hit(results);
            }
        } else if (!current) {
            context.queries().notUsed();
            if (results != null) {
                region.events().miss(results, MissReason.OUTDATED);
                LogMessage.MISS.log(results, "a query on " + spaces, MissReason.OUTDATED);
            }
        }
        StatisticsImplementor statistics = session.getFactory().getStatistics();
        if (statistics.isStatisticsEnabled()) {
            spaces.forEach(space -> statistics.updateTimestampsCacheHit());
        }
        return current;
    }
}
