package io.github.hibernateredis;

import io.github.hibernateredis.readahead.StatementCounter;
import io.github.hibernateredis.region.TableStampsCacheFactory;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.service.spi.ServiceContributor;

/**
 * Makes {@link TableStampsCacheFactory} the default of {@code hibernate.cache.query_cache_factory}, and
 * {@link StatementCounter} the default of {@code hibernate.session.events.auto}. A setting of the application wins. The
 * ORM finds this class through its service loader.
 */
public final class TableStampsContributor implements ServiceContributor {

    /** Called by the service loader. */
    public TableStampsContributor() {}

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        builder.getSettings().putIfAbsent(AvailableSettings.QUERY_CACHE_FACTORY, new TableStampsCacheFactory());
        builder.getSettings()
                .putIfAbsent(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER, StatementCounter.class.getName());
    }
}
