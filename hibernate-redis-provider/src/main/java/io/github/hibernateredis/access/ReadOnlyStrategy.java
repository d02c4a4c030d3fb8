package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/** Rows that are inserted and deleted but never updated. */
record ReadOnlyStrategy(Items items) implements Strategy {

    @Override
    public AccessType type() {
        return AccessType.READ_ONLY;
    }

    /** A row never changes, but an id may be that of a row which the transaction's snapshot does not have. */
    @Override
    public boolean readsRepeatably(SessionContext session) {
        return session.readsRepeatably();
    }

    @Override
    public boolean afterInsert(SessionContext session, EntryKey key, Object value) {
        return session.afterInsert(items.store(), key.name(), items.encode(value));
    }

    /** As the ORM's own read-only access does (6.6 to 8.0): its callers rely on this exception. */
    @Override
    public void update() {
        throw new UnsupportedOperationException(
                "Can't update a read-only object of region " + items.store().name());
    }

    @Override
    public boolean afterUpdate(SessionContext session, EntryKey key, Object value, @Nullable SoftLock lock) {
        throw new UnsupportedOperationException(
                "Can't update a read-only object of region " + items.store().name());
    }

    /** A delete is a write like any other: between it and the commit, no load may store the row again. */
    @Override
    public SoftLock lock(SessionContext session, EntryKey key) {
        return session.lock(items.store(), key.name(), items.mustLock());
    }

    @Override
    public void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock) {
        if (lock instanceof ItemLock held) {
            session.unlock(held, null);
        } else {
            items.store().evict(key.name()).join();
        }
    }
}
