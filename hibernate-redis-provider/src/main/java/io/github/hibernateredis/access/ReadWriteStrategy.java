package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.session.SessionContext;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds soft locks from before the SQL until after the commit: a hit is never older than the commits before the session
 * opened, uncommitted state is never stored, and a rollback leaves nothing behind.
 *
 * <p>TRANSACTIONAL is the same with repeatable reads in every transaction. The ORM makes the same calls for both.
 */
record ReadWriteStrategy(AccessType type, Items items) implements Strategy {

    @Override
    public boolean readsRepeatably(SessionContext session) {
        return type == AccessType.TRANSACTIONAL ? session.isInTransaction() : session.readsRepeatably();
    }

    @Override
    public boolean afterInsert(SessionContext session, EntryKey key, @Nullable Object value) {
        return session.writes().afterInsert(items.at(key), items.encode(key, value));
    }

    @Override
    public boolean afterUpdate(SessionContext session, EntryKey key, @Nullable Object value, @Nullable SoftLock lock) {
        return session.writes().unlock(lock, items.at(key), items.encode(key, value));
    }

    @Override
    public SoftLock lock(SessionContext session, EntryKey key) {
        return session.writes().lock(items.at(key), items.mustLock());
    }

    @Override
    public void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock) {
        session.writes().unlock(lock, items.at(key), null);
    }
}
