package io.github.hibernateredis.access;

import org.hibernate.LockMode;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.spi.LoadEvent;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the ORM's load listener if a region remembers absent rows, or lets sessions wait for loads: the ORM does not
 * report to the cache that a load has found nothing. Thread safe.
 */
public final class CachingLoadEventListener extends DefaultLoadEventListener {

    /** Creates a listener for one session factory. */
    public CachingLoadEventListener() {}

    @Override
    @SuppressWarnings("deprecation") // its replacement does not exist in all supported versions
    protected @Nullable Object loadFromDatasource(LoadEvent event, EntityPersister persister) {
        if (!(persister.getCacheAccessStrategy() instanceof RedisEntityDataAccess access)) {
            return super.loadFromDatasource(event, persister);
        }
        // Otherwise the ORM (6.6 to 8.0) has not looked in the cache for this load.
        boolean hasAsked = event.getLockMode().lessThan(LockMode.READ);
        return access.load(
                event.getSession(),
                event.getEntityId(),
                persister,
                hasAsked,
                () -> super.loadFromDatasource(event, persister));
    }
}
