package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.session.SessionContext;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes no locks: the entry is dropped after the transaction that has written its row. Between the commit and the drop
 * the older value may be read. After the drop, the older value cannot be stored again.
 */
record NonstrictReadWriteStrategy(Items items) implements Strategy {

    @Override
    public AccessType type() {
        return AccessType.NONSTRICT_READ_WRITE;
    }

    @Override
    public boolean readsRepeatably(SessionContext session) {
        return false;
    }

    @Override
    public boolean afterInsert(SessionContext session, EntryKey key, @Nullable Object value) {
        return session.writes().afterInsert(items.at(key), null);
    }

    @Override
    public boolean afterUpdate(SessionContext session, EntryKey key, @Nullable Object value, @Nullable SoftLock lock) {
        unlock(session, key, lock);
        return false;
    }

    @Override
    public @Nullable SoftLock lock(SessionContext session, EntryKey key) {
        session.writes().writeUnlocked(items.at(key));
        return null;
    }

    @Override
    public void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock) {
        session.writes().endUnlocked(items.at(key));
    }
}
