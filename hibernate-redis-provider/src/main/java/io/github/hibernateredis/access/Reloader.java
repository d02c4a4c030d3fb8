package io.github.hibernateredis.access;

import io.github.hibernateredis.loading.ReloadThreads;
import io.github.hibernateredis.loading.Reloads;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.StoreKey;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.hibernate.SessionBuilder;
import org.hibernate.SessionFactory;
import org.hibernate.Transaction;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Reloads entries of a region in separate sessions: each with a separate transaction, for the tenant of the reader,
 * on a thread of the session factory. Such a session takes everything but the one entry from the cache. Thread safe.
 *
 * @param reloads which entries are reloaded
 */
public record Reloader(Reloads reloads, ReloadThreads threads, SessionFactory factory) {

    /** Loads an entry into the session. */
    interface Load {

        /** @return whether there is what was to be loaded */
        boolean in(SharedSessionContractImplementor session);
    }

    void offer(SessionContext reader, RegionStore store, StoreKey key, Lookup.Hit seen, Load load) {
        @Nullable Object tenant = reader.session().getTenantIdentifierValue();
        reloads.offer(threads, key.key(), seen, () -> {
            try (Session session = open(tenant)) {
                SharedSessionContractImplementor own = (SharedSessionContractImplementor) session;
                Transaction transaction =
                        session.beginTransaction(); // a session under JTA may not be asked for it later
                try {
                    SessionContext.of(own).loads().reload(key);
                    if (!load.in(own)) {
                        store.discard(key.key()).join();
                    }
                    transaction.commit();
                } catch (RuntimeException | Error e) {
                    transaction.rollback();
                    throw e;
                }
            }
        });
    }

    private Session open(@Nullable Object tenant) {
        SessionBuilder builder = factory.withOptions(); // of another type in each version of the ORM
        if (tenant != null) {
            builder.tenantIdentifier(tenant);
        }
        Session session = builder.openSession();
        session.setDefaultReadOnly(true);
        session.setHibernateFlushMode(FlushMode.MANUAL);
        return session;
    }
}
