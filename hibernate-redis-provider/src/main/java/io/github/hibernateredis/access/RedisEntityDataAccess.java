package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.EntryKeys;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The ORM's access to the entities of one hierarchy. Thread safe. */
public final class RedisEntityDataAccess extends DomainDataAccess implements EntityDataAccess {

    private final EntryKeys keys;

    /** The access to the entities under those keys. */
    public RedisEntityDataAccess(
            DomainDataRegion region, Strategy strategy, RegionLocks regionLocks, Tenants tenants, EntryKeys keys) {
        super(region, strategy, regionLocks, tenants);
        this.keys = keys;
    }

    @Override
    public Object generateCacheKey(
            Object id,
            EntityPersister rootEntityDescriptor,
            SessionFactoryImplementor factory,
            @Nullable String tenantIdentifier) {
        return key(id, () -> keys.entity(id, rootEntityDescriptor, factory, tenantIdentifier));
    }

    @Override
    public Object getCacheKeyId(Object cacheKey) {
        return ((EntryKey) cacheKey).id();
    }

    /** Always false: nothing is stored before the commit. */
    @Override
    public boolean insert(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable Object version) {
        strategy(key).insert(SessionContext.of(session), (EntryKey) key);
        return false;
    }

    @Override
    public boolean afterInsert(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable Object version) {
        return strategy(key).afterInsert(SessionContext.of(session), (EntryKey) key, value);
    }

    /** Always false: nothing is stored before the commit. */
    @Override
    public boolean update(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            @Nullable Object currentVersion,
            @Nullable Object previousVersion) {
        strategy.update();
        return false;
    }

    @Override
    public boolean afterUpdate(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            @Nullable Object currentVersion,
            @Nullable Object previousVersion,
            @Nullable SoftLock lock) {
        return strategy(key).afterUpdate(SessionContext.of(session), (EntryKey) key, value, lock);
    }
}
