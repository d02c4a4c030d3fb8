package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.session.LoadPolicy;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.session.SessionContext;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * For entries that a session neither reads nor stores: entries without a key, and the rows of all tenants for a session
 * that sees them all. Their keys contain tenants that such a session does not know.
 *
 * @param others the locks of the region, if other sessions may have cached rows that the session writes; null if none
 *     can have
 */
record UncachedStrategy(
        AccessType type, Items items, @Nullable RegionLocks others) implements Strategy {

    @Override
    public boolean readsRepeatably(SessionContext session) {
        return false;
    }

    @Override
    public boolean isReadable(SessionContext session, EntryKey key) {
        return false;
    }

    @Override
    public boolean putFromLoad(SessionContext session, EntryKey key, Object value, LoadPolicy.Kind kind) {
        return false;
    }

    @Override
    public void insert(SessionContext session, EntryKey key) {
        if (others != null) {
            session.writes().inserted(items.at(key));
        }
    }

    @Override
    public boolean afterInsert(SessionContext session, EntryKey key, @Nullable Object value) {
        return false;
    }

    @Override
    public boolean afterUpdate(SessionContext session, EntryKey key, @Nullable Object value, @Nullable SoftLock lock) {
        return false;
    }

    @Override
    public @Nullable SoftLock lock(SessionContext session, EntryKey key) {
        write(session);
        return null;
    }

    @Override
    public void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock) {}

    @Override
    public void remove(SessionContext session, EntryKey key) {
        write(session);
    }

    private void write(SessionContext session) {
        if (others != null) {
            session.writes().writeUnderAllKeys(others);
        }
    }
}
