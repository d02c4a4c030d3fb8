package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.store.RegionStore;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * What the ORM's calls about one item amount to under a concurrency strategy. The calls are those of
 * {@code EntityDataAccess}, which the other kinds of data make a part of. Implementations are thread safe.
 */
public sealed interface Strategy
        permits ReadOnlyStrategy, NonstrictReadWriteStrategy, ReadWriteStrategy, UncachedStrategy {

    /** Which of the ORM's strategies this is. */
    AccessType type();

    /** The items that it governs. */
    Items items();

    /** Whether the session must be shown no item that may be newer than its transaction. */
    boolean readsRepeatably(SessionContext session);

    /**
     * Whether the cache has anything to tell the session about the key: not about what it is writing itself, nor if its
     * snapshot may be older than what can be known.
     */
    default boolean isReadable(SessionContext session, EntryKey key) {
        return !session.isWriting(items().store(), key.name())
                && !(readsRepeatably(session) && session.mayReadOlderSnapshot());
    }

    /** The value of a readable key, or null. */
    default @Nullable Object get(SessionContext session, EntryKey key) {
        RegionStore store = items().store();
        return items().decode(
                        key,
                        (readsRepeatably(session)
                                        ? store.getAsOf(key.name(), session.openedAt())
                                        : store.get(key.name()))
                                .join());
    }

    /** The bytes of those of the readable keys that there are. */
    default CompletableFuture<Map<String, byte[]>> getAll(SessionContext session, Set<String> keys) {
        RegionStore store = items().store();
        return readsRepeatably(session) ? store.getAllAsOf(keys, session.openedAt()) : store.getAll(keys);
    }

    /**
     * Stores what the session has read from the database, unless the store knows better. A live item stays, since it is as
     * current; only a session that is to refresh the cache replaces it.
     *
     * @param certain whether it is not what the session's own transaction has written
     */
    default boolean putFromLoad(SessionContext session, EntryKey key, Object value, boolean certain) {
        RegionStore store = items().store();
        if (session.isWriting(store, key.name()) || session.mayReadOlderSnapshot()) {
            return false;
        }
        byte[] bytes = items().encode(value);
        if (bytes == null) {
            return false;
        }
        boolean replacing = session.isRefreshing();
        long openedAt = session.openedAt();
        return session.store(
                certain,
                () -> replacing ? store.replace(key.name(), bytes, openedAt) : store.put(key.name(), bytes, openedAt));
    }

    /** The row was inserted; the transaction is in progress. */
    default void insert(SessionContext session, EntryKey key) {
        session.inserted(items().store(), key.name());
    }

    /** The insert was committed. */
    boolean afterInsert(SessionContext session, EntryKey key, Object value);

    /** The row was updated; the transaction is in progress. */
    default void update() {}

    /** The update was committed. */
    boolean afterUpdate(SessionContext session, EntryKey key, Object value, @Nullable SoftLock lock);

    /** The row is about to be changed. */
    @Nullable
    SoftLock lock(SessionContext session, EntryKey key);

    /** The change is over, by commit or by rollback, and tells no value. */
    void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock);

    /** The row was deleted, or changed in a way that tells no value; the transaction is in progress. */
    default void remove(SessionContext session, EntryKey key) {
        if (!session.isWriting(items().store(), key.name())) {
            items().store().evict(key.name()).join();
        }
    }

    /** The strategy for an access type. */
    static Strategy of(AccessType type, Items items) {
        return switch (type) {
            case READ_ONLY -> new ReadOnlyStrategy(items);
            case NONSTRICT_READ_WRITE -> new NonstrictReadWriteStrategy(items);
            case READ_WRITE, TRANSACTIONAL -> new ReadWriteStrategy(type, items);
        };
    }
}
