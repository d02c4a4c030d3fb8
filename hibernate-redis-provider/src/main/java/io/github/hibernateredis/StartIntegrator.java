package io.github.hibernateredis;

import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.service.spi.SessionFactoryServiceRegistry;

/**
 * Notifies a {@link RedisRegionFactory} when a session factory that uses it has been created, even if it caches
 * nothing, and when it is about to be closed. The ORM finds this class through its service loader.
 */
public final class StartIntegrator implements Integrator {

    /** Called by the service loader. */
    public StartIntegrator() {}

    @Override
    public void integrate(
            Metadata metadata, BootstrapContext bootstrapContext, SessionFactoryImplementor sessionFactory) {
        sessionFactory.addObserver(new SessionFactoryObserver() {
            private static final long serialVersionUID = 1L;

            @Override
            public void sessionFactoryCreated(SessionFactory factory) {
                if (sessionFactory.getServiceRegistry().getService(RegionFactory.class)
                        instanceof RedisRegionFactory redis) {
                    redis.created(sessionFactory);
                }
            }

            @Override
            public void sessionFactoryClosing(SessionFactory factory) {
                if (sessionFactory.getServiceRegistry().getService(RegionFactory.class)
                        instanceof RedisRegionFactory redis) {
                    redis.closing(sessionFactory);
                }
            }
        });
    }

    @Override
    public void disintegrate(SessionFactoryImplementor sessionFactory, SessionFactoryServiceRegistry serviceRegistry) {}
}
