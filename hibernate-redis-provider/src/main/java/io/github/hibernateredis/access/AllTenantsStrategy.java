package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * For sessions that see the rows of all tenants: the items of those rows stand under keys that name their tenants, which the
 * session does not. It reads nothing from the cache and stores nothing, and what it writes invalidates the region.
 */
record AllTenantsStrategy(AccessType type, Items items, RegionLocks regionLocks) implements Strategy {

    @Override
    public boolean readsRepeatably(SessionContext session) {
        return false;
    }

    @Override
    public boolean isReadable(SessionContext session, EntryKey key) {
        return false;
    }

    @Override
    public boolean putFromLoad(SessionContext session, EntryKey key, Object value, boolean certain) {
        return false;
    }

    @Override
    public boolean afterInsert(SessionContext session, EntryKey key, Object value) {
        return false;
    }

    @Override
    public boolean afterUpdate(SessionContext session, EntryKey key, Object value, @Nullable SoftLock lock) {
        return false;
    }

    @Override
    public @Nullable SoftLock lock(SessionContext session, EntryKey key) {
        session.writeUnderAllKeys(regionLocks);
        return null;
    }

    @Override
    public void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock) {}

    @Override
    public void remove(SessionContext session, EntryKey key) {
        session.writeUnderAllKeys(regionLocks);
    }
}
