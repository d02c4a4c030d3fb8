package io.github.hibernateredis.access;

import org.hibernate.LockMode;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.spi.LoadEvent;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of the ORM's own listener where a region remembers absent rows or lets sessions wait for loads: the cache
 * alone is not told when a load has found nothing. Thread safe.
 */
public final class CachingLoadEventListener extends DefaultLoadEventListener {

    /** One for each session factory. */
    public CachingLoadEventListener() {}

    @Override
    @SuppressWarnings("deprecation") // what replaces the event's lock mode is not in every version that is supported
    protected @Nullable Object loadFromDatasource(LoadEvent event, EntityPersister persister) {
        if (!(persister.getCacheAccessStrategy() instanceof RedisEntityDataAccess access)) {
            return super.loadFromDatasource(event, persister);
        }
        // Otherwise the ORM (6.6 to 8.0) has not asked the cache for this load.
        boolean hasAsked = event.getLockMode().lessThan(LockMode.READ);
        return access.load(
                event.getSession(),
                event.getEntityId(),
                persister,
                hasAsked,
                () -> super.loadFromDatasource(event, persister));
    }
}
