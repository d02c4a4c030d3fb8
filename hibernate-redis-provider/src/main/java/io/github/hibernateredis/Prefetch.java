package io.github.hibernateredis;

import io.github.hibernateredis.access.RedisEntityDataAccess;
import java.util.Collection;
import java.util.Objects;
import org.hibernate.Session;
import org.hibernate.SharedSessionContract;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Reads entities from the cache in one request, before the application loads them. The ORM (6.6 to 8.0) asks the
 * second-level cache for the entities of a multi-load one by one, which takes one round trip each. After a prefetch one
 * round trip serves them all:
 *
 * <pre>{@code
 * Prefetch.entities(session, Product.class, ids);
 * List<Product> products = session.byMultipleIds(Product.class).with(CacheMode.NORMAL).multiLoad(ids);
 * }</pre>
 *
 * <p>Collections and cached query results need no such call: the entities that they refer to are read ahead
 * automatically.
 *
 * <p>Not thread safe, because a session is not.
 *
 * @since 0.1.0
 */
public final class Prefetch {

    private Prefetch() {}

    /**
     * Requests all those entities that the session does not hold yet, in one request, and does not wait for the reply.
     * During the next second the entries answer the session's own lookups, each entry once. They are dropped when the
     * session runs SQL or its transaction ends. This call loads nothing from the database and adds nothing to the
     * session.
     *
     * <p>Does nothing if the entity is not cached by this provider, or if Redis cannot be reached.
     *
     * @param session an open {@link Session} or stateless session
     * @param entity the entity class, or a mapped superclass that is an entity itself
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
