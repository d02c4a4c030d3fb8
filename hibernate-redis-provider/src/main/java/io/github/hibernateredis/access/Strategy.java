package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.AbsentRow;
import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.session.LoadPolicy;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.StoreKey;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.SoftLock;
import org.jspecify.annotations.Nullable;

/**
 * The effect of the ORM's calls about one entry under a concurrency strategy. The calls are those of
 * {@code EntityDataAccess}; the other kinds of data use a part of them. Implementations are thread safe.
 */
public interface Strategy {

    /** The access type of the ORM. */
    AccessType type();

    /** The entries that it governs. */
    Items items();

    /** Whether the session must not see an entry that may be newer than its transaction. */
    boolean readsRepeatably(SessionContext session);

    /**
     * Whether the session may use the cached entry of the key: not if it is writing the row itself, nor if its snapshot
     * may be older than all known stamps.
     */
    default boolean isReadable(SessionContext session, EntryKey key) {
        return !session.writes().isWriting(items().at(key))
                && !(readsRepeatably(session) && session.mayReadOlderSnapshot());
    }

    /** Looks up a readable key. */
    default Lookup read(SessionContext session, EntryKey key) {
        return items().store()
                .read(key.name(), session.snapshot(readsRepeatably(session)))
                .join();
    }

    /** Looks up each of the readable keys. */
    default CompletableFuture<Map<String, Lookup>> readAll(SessionContext session, Collection<String> keys) {
        return items().store().readAll(keys, session.snapshot(readsRepeatably(session)));
    }

    /**
     * Stores a value that the session has read from the database, unless the store refuses it. A live entry is kept,
     * since it is as current; only a session that refreshes the cache replaces it.
     *
     * @return whether it may be stored, as far as this instance can tell
     */
    default boolean putFromLoad(SessionContext session, EntryKey key, Object value, LoadPolicy.Kind kind) {
        StoreKey item = items().at(key);
        LoadPolicy.Decision decision = session.loads().decide(kind, item);
        if (decision == LoadPolicy.Decision.NEVER) {
            return false;
        }
        RegionStore store = items().store();
        if (store.bypassed() != null) {
            items().notStored(key, PutOutcome.BYPASSED);
            return false;
        }
        byte[] bytes = items().encode(key, value);
        if (bytes == null) {
            return false;
        }
        Put.Mode mode = session.loads().isRefreshing(item) ? Put.Mode.REPLACE : Put.Mode.ADD;
        return session.loads().store(decision, store, new Put(key.name(), bytes, session.readsRowsFrom(), mode));
    }

    /** Stores that the row does not exist, as the session has found in the database. */
    default void putAbsent(SessionContext session, EntryKey key) {
        Duration ttl = items().settings().features().absentTtl();
        if (ttl == null || session.loads().decide(LoadPolicy.Kind.ROW, items().at(key)) != LoadPolicy.Decision.NOW) {
            return;
        }
        RegionStore store = items().store();
        if (store.bypassed() != null) {
            items().notStored(key, PutOutcome.BYPASSED);
            return;
        }
        session.loads()
                .store(
                        LoadPolicy.Decision.NOW,
                        store,
                        new Put(key.name(), AbsentRow.bytes(), session.readsRowsFrom(), Put.Mode.ADD, ttl.toMillis()));
    }

    /** The row was inserted; the transaction is in progress. */
    default void insert(SessionContext session, EntryKey key) {
        session.writes().inserted(items().at(key));
    }

    /**
     * The insert was committed.
     *
     * @param value null if it may differ from the committed value
     */
    boolean afterInsert(SessionContext session, EntryKey key, @Nullable Object value);

    /** The row was updated; the transaction is in progress. */
    default void update() {}

    /**
     * The update was committed.
     *
     * @param value null if it may differ from the committed value
     */
    boolean afterUpdate(SessionContext session, EntryKey key, @Nullable Object value, @Nullable SoftLock lock);

    /** The row is about to be changed. */
    @Nullable
    SoftLock lock(SessionContext session, EntryKey key);

    /** The change has ended, by commit or by rollback, without a value. */
    void unlock(SessionContext session, EntryKey key, @Nullable SoftLock lock);

    /** The row was deleted, or changed without a known value; the transaction is in progress. */
    default void remove(SessionContext session, EntryKey key) {
        session.writes().remove(items().at(key));
    }
}
