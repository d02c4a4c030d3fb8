package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.EntryKeys;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The ORM's access to the ids that belong to the natural ids of one hierarchy. Thread safe. */
public final class RedisNaturalIdDataAccess extends DomainDataAccess implements NaturalIdDataAccess {

    private final EntryKeys keys;

    /** The access to the natural ids under those keys. */
    public RedisNaturalIdDataAccess(
            DomainDataRegion region, Strategy strategy, RegionLocks regionLocks, Tenants tenants, EntryKeys keys) {
        super(region, strategy, regionLocks, tenants);
        this.keys = keys;
    }

    @Override
    public Object generateCacheKey(
            Object naturalIdValues, EntityPersister rootEntityDescriptor, SharedSessionContractImplementor session) {
        return key(naturalIdValues, () -> keys.naturalId(naturalIdValues, rootEntityDescriptor, session));
    }

    @Override
    public Object getNaturalIdValues(Object cacheKey) {
        return ((EntryKey) cacheKey).id();
    }

    /** Always false: nothing is stored before the commit. */
    @Override
    public boolean insert(SharedSessionContractImplementor session, Object key, Object value) {
        strategy(key).insert(SessionContext.of(session), (EntryKey) key);
        return false;
    }

    @Override
    public boolean afterInsert(SharedSessionContractImplementor session, Object key, Object value) {
        return strategy(key).afterInsert(SessionContext.of(session), (EntryKey) key, value);
    }

    /**
     * Always false: nothing is stored before the commit. Not refused for READ_ONLY, whose immutable natural ids the ORM
     * checks by itself.
     */
    @Override
    public boolean update(SharedSessionContractImplementor session, Object key, Object value) {
        return false;
    }

    @Override
    public boolean afterUpdate(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable SoftLock lock) {
        if (strategy instanceof ReadOnlyStrategy) {
            strategy(key).unlock(SessionContext.of(session), (EntryKey) key, lock);
            return false;
        }
        return strategy(key).afterUpdate(SessionContext.of(session), (EntryKey) key, value, lock);
    }
}
