package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.EntryKeys;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.session.SessionContext;
import java.util.Objects;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.NaturalIdResolutions;
import org.hibernate.engine.spi.PersistenceContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.NaturalIdMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The ORM's access to the identifiers for the natural ids of one hierarchy. Thread safe. */
public final class RedisNaturalIdDataAccess extends DomainDataAccess implements NaturalIdDataAccess {

    /** Thrown if a session that must answer without the cache would have to ask it. */
    private static final class AsksTheCache extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private static final AsksTheCache INSTANCE = new AsksTheCache();

        private AsksTheCache() {
            super(null, null, false, false);
        }
    }

    private final EntryKeys keys;
    private final String role;

    /** Creates the access to the natural ids of a hierarchy, given its root's name, stored under these keys. */
    public RedisNaturalIdDataAccess(
            DomainDataRegion region,
            Strategy strategy,
            RegionLocks regionLocks,
            Evictions evictions,
            Tenants tenants,
            EntryKeys keys,
            String role) {
        super(region, strategy, regionLocks, evictions, tenants);
        this.keys = keys;
        this.role = role;
    }

    /**
     * While the ORM loads an entity, it looks up the entity's natural id only to decide whether it must be put (6.6 to
     * 8.0, {@code NaturalIdResolutionsImpl.cacheResolutionFromLoad}). The entity shows what the answer would be: if it
     * came from the cache, no put is needed; otherwise the put itself finds out.
     */
    @Override
    public @Nullable Object get(SharedSessionContractImplementor session, Object key) {
        SessionContext context = SessionContext.of(session);
        EntryKey entry = (EntryKey) key;
        Object loaded = loadedId(context, entry);
        if (loaded == null) {
            return read(context, entry);
        }
        return context.naturalIds().takeHit(role, loaded) ? loaded : null;
    }

    /** The identifier that the session knows for the natural id, as it does once it has loaded the entity. */
    private @Nullable Object loadedId(SessionContext context, EntryKey key) {
        SharedSessionContractImplementor session = context.session();
        EntityPersister persister = root(context);
        context.naturalIds().askWithoutCache(true);
        try {
            Object id = session.getPersistenceContextInternal()
                    .getNaturalIdResolutions()
                    .findCachedIdByNaturalId(key.id(), persister);
            return id == NaturalIdResolutions.INVALID_NATURAL_ID_REFERENCE ? null : id;
        } catch (AsksTheCache e) {
            return null;
        } finally {
            context.naturalIds().askWithoutCache(false);
        }
    }

    private EntityPersister root(SessionContext context) {
        return context.session().getFactory().getMappingMetamodel().getEntityDescriptor(role);
    }

    /**
     * The identifier, if the committed row certainly has this natural id; otherwise null. A refresh may show that it
     * has not.
     */
    private @Nullable Object committed(SessionContext context, EntryKey key, Object id) {
        EntityPersister root = root(context);
        if (!context.writes().stillManagesWritten(item(key), root, id)) {
            return null;
        }
        PersistenceContext entities = context.session().getPersistenceContextInternal();
        Object entity = entities.getEntity(context.session().generateEntityKey(id, root));
        EntityEntry entry = entities.getEntry(entity);
        if (entry == null) {
            return null;
        }
        NaturalIdMapping mapping = entry.getPersister().getNaturalIdMapping();
        Object[] state = entry.getLoadedState(); // null if it is read-only
        Object naturalId = state == null
                ? mapping.extractNaturalIdFromEntity(entity)
                : mapping.extractNaturalIdFromEntityState(state);
        return Objects.deepEquals(key.id(), naturalId) ? id : null;
    }

    @Override
    public Object generateCacheKey(
            Object naturalIdValues, EntityPersister rootEntityDescriptor, SharedSessionContractImplementor session) {
        if (SessionContext.of(session).naturalIds().asksWithoutCache()) {
            throw AsksTheCache.INSTANCE;
        }
        return key(
                naturalIdValues,
                () -> keys.naturalId(
                        naturalIdValues,
                        rootEntityDescriptor,
                        session,
                        tenant(session.getTenantIdentifier(), rootEntityDescriptor)));
    }

    @Override
    public Object getNaturalIdValues(Object cacheKey) {
        return ((EntryKey) cacheKey).id();
    }

    /** Always false: nothing is stored before the commit. */
    @Override
    public boolean insert(SharedSessionContractImplementor session, Object key, Object value) {
        SessionContext context = SessionContext.of(session);
        strategy(context, key).insert(context, (EntryKey) key);
        context.writes().wrote(item((EntryKey) key), root(context), value);
        return false;
    }

    @Override
    public boolean afterInsert(SharedSessionContractImplementor session, Object key, Object value) {
        SessionContext context = SessionContext.of(session);
        return strategy(context, key).afterInsert(context, (EntryKey) key, committed(context, (EntryKey) key, value));
    }

    /**
     * Always false: nothing is stored before the commit. Not rejected for READ_ONLY, because the ORM itself checks
     * immutable natural ids.
     */
    @Override
    public boolean update(SharedSessionContractImplementor session, Object key, Object value) {
        SessionContext context = SessionContext.of(session);
        context.writes().wrote(item((EntryKey) key), root(context), value);
        return false;
    }

    @Override
    public boolean afterUpdate(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable SoftLock lock) {
        if (strategy instanceof ReadOnlyStrategy) {
            SessionContext context = SessionContext.of(session);
            strategy(context, key).unlock(context, (EntryKey) key, lock);
            return false;
        }
        SessionContext context = SessionContext.of(session);
        return strategy(context, key)
                .afterUpdate(context, (EntryKey) key, committed(context, (EntryKey) key, value), lock);
    }
}
