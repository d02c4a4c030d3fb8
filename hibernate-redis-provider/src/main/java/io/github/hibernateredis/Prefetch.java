package io.github.hibernateredis;

import io.github.hibernateredis.access.RedisEntityDataAccess;
import java.util.Collection;
import java.util.Objects;
import org.hibernate.Session;
import org.hibernate.SharedSessionContract;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Reads entities from the cache before they are asked for. The ORM (6.6 to 8.0) asks the second-level cache for the entities
 * of a multi-load one after the other, a round trip each; after a prefetch they have come together, in one:
 *
 * <pre>{@code
 * Prefetch.entities(session, Product.class, ids);
 * List<Product> products = session.byMultipleIds(Product.class).with(CacheMode.NORMAL).multiLoad(ids);
 * }</pre>
 *
 * <p>Collections and cached query results need no such call: what they refer to is read ahead anyway.
 *
 * <p>As thread safe as the session, which is not.
 *
 * @since 0.1.0
 */
public final class Prefetch {

    private Prefetch() {}

    /**
     * Asks for the entities with these identifiers that the session does not hold yet, all together and without waiting.
     * What comes back answers the session's own requests for them, each once, during the next second, until it runs
     * SQL or its transaction ends. Nothing is loaded from the database, and nothing gets into the session by this call.
     *
     * <p>Does nothing if the entity is not cached, or not by this provider, or if Redis cannot be reached.
     *
     * @param session an open {@link Session} or stateless session
     * @param entity the entity class, or a mapped superclass of a hierarchy that is an entity itself
     * @param ids identifiers of that entity, none of them null
     * @throws IllegalArgumentException if the class is not an entity
     */
    public static void entities(SharedSessionContract session, Class<?> entity, Collection<?> ids) {
        ids.forEach(id -> Objects.requireNonNull(id, "an identifier is null"));
        SharedSessionContractImplementor implementor = (SharedSessionContractImplementor) session;
        EntityPersister persister =
                implementor.getFactory().getMappingMetamodel().findEntityDescriptor(entity);
        if (persister == null) {
            throw new IllegalArgumentException(entity.getName() + " is not an entity");
        }
        if (implementor.getCacheMode().isGetEnabled()
                && persister.canReadFromCache()
                && persister.getCacheAccessStrategy() instanceof RedisEntityDataAccess access) {
            access.readAhead(implementor, ids);
        }
    }
}
