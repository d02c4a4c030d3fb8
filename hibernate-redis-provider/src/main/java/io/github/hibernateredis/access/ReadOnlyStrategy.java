package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.session.SessionContext;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/** For rows that are inserted and deleted but never updated. */
record ReadOnlyStrategy(Items items) implements Strategy {

    @Override
    public AccessType type() {
        return AccessType.READ_ONLY;
    }

    /** A row never changes, but it may have been inserted after the transaction's snapshot. */
    @Override
    public boolean readsRepeatably(SessionContext session) {
        return session.readsRepeatably();
    }

    @Override
    public boolean afterInsert(SessionContext session, EntryKey key, @Nullable Object value) {
        return session.writes().afterInsert(items.at(key), items.encode(key, value));
    }

    /** As in the ORM's own read-only access (6.6 to 8.0), whose callers rely on this exception. */
    @Override
    public void update() {
        throw new UnsupportedOperationException(
                "Can't update a read-only object of region " + items.store().name());
    }

    @Override
    public boolean afterUpdate(SessionContext session, EntryKey key, @Nullable Object value, @Nullable SoftLock lock) {
        throw new UnsupportedOperationException(
                "Can't update a read-only object of region " + items.store().name());
    }

    /** A delete is a write: between it and the commit, no load may store the row again. */
    @Override
    public SoftLock lock(SessionContext session, EntryKey key) {
        return session.writes().lock(items.at(key), items.mustLock());
    }

    @Override
    public void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock) {
        session.writes().unlock(lock, items.at(key), null);
    }
}
