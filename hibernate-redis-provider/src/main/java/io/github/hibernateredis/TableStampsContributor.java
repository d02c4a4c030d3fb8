package io.github.hibernateredis;

import io.github.hibernateredis.readahead.StatementCounter;
import io.github.hibernateredis.region.TableStampsCacheFactory;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.service.spi.ServiceContributor;

/**
 * Makes {@link TableStampsCacheFactory} the default of {@code hibernate.cache.query_cache_factory}, and
 * {@link StatementCounter} that of {@code hibernate.session.events.auto}; a setting of the application wins. Found by the ORM's service loading.
 */
public final class TableStampsContributor implements ServiceContributor {

    /** For the service loader. */
    public TableStampsContributor() {}

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        builder.getSettings().putIfAbsent(AvailableSettings.QUERY_CACHE_FACTORY, new TableStampsCacheFactory());
        builder.getSettings()
                .putIfAbsent(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER, StatementCounter.class.getName());
    }
}
