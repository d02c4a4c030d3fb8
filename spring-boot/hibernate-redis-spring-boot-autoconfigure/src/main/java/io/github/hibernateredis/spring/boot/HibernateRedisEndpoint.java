package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.CacheStatus;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.support.DefaultConversionService;

/**
 * Shows the caches, and evicts: {@code GET} shows all caches, {@code DELETE /{region}} evicts a region for all
 * instances, {@code DELETE /{entity}/{id}} one entity. Boot exposes the endpoint over the web only if that is
 * configured.
 *
 * @since 0.1.0
 */
@Endpoint(id = "hibernateredis")
public final class HibernateRedisEndpoint {

    private final RedisCaches caches;

    HibernateRedisEndpoint(RedisCaches caches) {
        this.caches = caches;
    }

    /** The status of each cache, by the name of its entity manager factory. */
    @ReadOperation
    public Map<String, CacheStatus> status() {
        return caches.statuses();
    }

    /** Evicts a region. */
    @DeleteOperation
    public void evictRegion(@Selector String region) {
        boolean found = false;
        for (EntityManagerFactory factory : caches.factories().values()) {
            SessionFactoryImplementor sessionFactory = factory.unwrap(SessionFactoryImplementor.class);
            if (sessionFactory.getCache().getRegion(region) != null) {
                sessionFactory.getCache().evictRegion(region);
                found = true;
            }
        }
        if (!found) {
            throw new InvalidEndpointRequestException(
                    "There is no region " + region, "There is no region of that name");
        }
    }

    /** Evicts an entity. */
    @DeleteOperation
    public void evictEntity(@Selector String entity, @Selector String id) {
        boolean found = false;
        for (EntityManagerFactory factory : caches.factories().values()) {
            SessionFactoryImplementor sessionFactory = factory.unwrap(SessionFactoryImplementor.class);
            EntityPersister persister = sessionFactory.getMappingMetamodel().findEntityDescriptor(entity);
            if (persister != null) {
                evict(sessionFactory, persister, id);
                found = true;
            }
        }
        if (!found) {
            throw new InvalidEndpointRequestException(
                    "There is no entity " + entity, "There is no entity of that name");
        }
    }

    private static void evict(SessionFactory sessionFactory, EntityPersister persister, String id) {
        Class<?> type = persister.getIdentifierType().getReturnedClass();
        try {
            @Nullable
            Object identifier = DefaultConversionService.getSharedInstance().convert(id, type);
            if (identifier != null) {
                sessionFactory.getCache().evictEntityData(persister.getEntityName(), identifier);
            }
        } catch (ConversionException e) {
            throw new InvalidEndpointRequestException(
                    "The identifier of " + persister.getEntityName() + " is a " + type.getName() + ": "
                            + e.getMessage(),
                    "The identifier cannot be parsed");
        }
    }
}
