package io.github.hibernateredis.session;

import io.github.hibernateredis.UnconfirmedWriteException;
import io.github.hibernateredis.loading.LastMiss;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.LoadTurns;
import io.github.hibernateredis.readahead.ReadAhead;
import io.github.hibernateredis.readahead.StatementCounter;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionEnd;
import jakarta.persistence.CacheStoreMode;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hibernate.StatelessSession;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * The state that a session keeps for the cache: when it opened, and what it is writing.
 *
 * <p>Opening a session or a transaction causes no I/O: only the time is noted, and the stores look up which stamp had
 * arrived by then. Locks are sent while the statements run, and awaited together before the database commits, because
 * they must be in place when the commit becomes visible. A lock that is old by then, or was not confirmed, is sent
 * again first. So less than a lease passes between that moment and the commit. The requests that follow the transaction
 * are sent and awaited together. Loaded values are stored without waiting.
 *
 * <p>If the ORM does not report the completion of its transaction, a session waits for each request at once.
 *
 * <p>The ORM reports transactions to a session's context by {@code transactionJoined}, {@code transactionCompleting}
 * and {@code transactionCompleted}. It does not do so for a {@link StatelessSession} (6.6 to 8.0), whose bulk
 * operations also unlock their regions before the SQL runs; there the context registers with the transaction itself.
 *
 * <p>A session belongs to one thread at a time. But another thread (a JTA reaper) may complete its transaction, and the
 * heartbeat sends what a failed completion has left. So a lock guards the state; no other session ever waits for it.
 */
public final class SessionContext implements CacheTransactionSynchronization, Participant {

    private final SessionEnvironment environment;
    private final SharedSessionContractImplementor session;
    private final ReentrantLock guard = new ReentrantLock();
    private final ItemLocks locks = new ItemLocks();
    private final TableUpdates updates;
    private final LockSender sender;
    private final AfterCommitQueue afterCommit;
    private final QueryLookups queries = new QueryLookups();
    private final NaturalIdLookups naturalIds = new NaturalIdLookups();
    private final ReadAhead ahead = new ReadAhead(this::countStatements);
    private final RegionWrites regions = new RegionWrites();
    private final LoadTurns turns = new LoadTurns();
    private final LastMiss lastMiss = new LastMiss();
    private @Nullable StoreKey absent;
    private @Nullable StoreKey reloading;
    private final WaitingPuts waitingPuts = new WaitingPuts();
    private final SessionState state;

    /** Creates the context of a session that is being opened. */
    public SessionContext(SessionEnvironment environment, SharedSessionContractImplementor session) {
        this.environment = environment;
        this.session = session;
        this.updates = new TableUpdates(environment.ids());
        this.sender = new LockSender(environment.stores());
        this.afterCommit = new AfterCommitQueue(environment.stores());
        this.state = new SessionState(
                environment, this, session, this::transactionCompleting, this::transactionWithoutCallbackCompleted);
        StatementCounter.opened(session);
    }

    /** Returns the context of the session. */
    public static SessionContext of(SharedSessionContractImplementor session) {
        return (SessionContext) session.getCacheTransactionSynchronization();
    }

    private void guarded(Runnable action) {
        guard.lock();
        try {
            action.run();
        } finally {
            guard.unlock();
        }
    }

    private <T extends @Nullable Object> T guarded(Supplier<T> action) {
        guard.lock();
        try {
            return action.get();
        } finally {
            guard.unlock();
        }
    }

    // Reads -----------------------------------------------------------------------------------------------------------

    /**
     * The moment from which rows are that the session loads, {@link System#nanoTime()}: its opening, or the beginning
     * of its transaction; earlier if it has found a query result that a near cache may have shown to be current.
     */
    public long readsRowsFrom() {
        return state.readsRowsFrom();
    }

    /** The moment whose state a read must return. */
    public Snapshot snapshot(boolean repeatable) {
        return repeatable ? Snapshot.openedAt(state.openedAt()) : Snapshot.LATEST;
    }

    /** The ORM's session. */
    public SharedSessionContractImplementor session() {
        return session;
    }

    /** Whether a transaction is in progress. */
    public boolean isInTransaction() {
        return state.isInTransaction();
    }

    /** Whether repeated reads must return the same result, because they do so on the database. */
    public boolean readsRepeatably() {
        return state.readsRepeatably();
    }

    /** Whether the session may read from a snapshot that is older than the session. */
    public boolean mayReadOlderSnapshot() {
        return state.mayReadOlderSnapshot();
    }

    /** Whether a loaded value must replace the entry, even a live one. */
    public boolean isRefreshing(StoreKey key) {
        return key.equals(reloading) || session.getCacheMode().getJpaStoreMode() == CacheStoreMode.REFRESH;
    }

    /** The session exists to load and store that key, whatever the cache contains. For its own thread. */
    public void reload(StoreKey key) {
        reloading = key;
    }

    /** The key that the session exists to load; null for a session of the application. */
    public @Nullable StoreKey reloading() {
        return reloading;
    }

    @Override
    public boolean isClosed() {
        return session.isClosed();
    }

    @Override
    public boolean isAbandoned() {
        return state.isAbandoned();
    }

    /** The entries that were read ahead for the session. Used by its own thread. */
    public ReadAhead ahead() {
        return ahead;
    }

    /** The natural ids that the session knows. Used by its own thread. */
    public NaturalIdLookups naturalIds() {
        return naturalIds;
    }

    private void countStatements() {
        StatementCounter.countFor(session);
    }

    private void forgetReads() {
        ahead.clear();
        naturalIds.clear();
    }

    // Loads -----------------------------------------------------------------------------------------------------------

    /** Decides whether and when a loaded value of that key may be stored. */
    public LoadPolicy.Decision decide(LoadPolicy.Kind kind, StoreKey key) {
        return LoadPolicy.decide(state, kind, isWriting(key));
    }

    /**
     * Looks up a key that the session has missed, after earlier sessions have loaded it. A session only waits if it
     * {@link #mayLoadForOthers}, and if no other session waits for this one.
     *
     * @param missed the result of the session's own lookup
     * @param outdated the stamp of the outdated entry that it has found; null if it has found none
     * @param again reads the key again
     */
    public Lookup awaitLoad(
            LoadGate gate,
            LoadPolicy.Kind kind,
            StoreKey key,
            Lookup missed,
            @Nullable Stamp outdated,
            Supplier<Lookup> again) {
        if (!LoadGate.isMissing(missed) || !mayLoadForOthers(kind, key) || turns.isAwaited()) {
            return missed;
        }
        boolean holdsConnection =
                session.getJdbcCoordinator().getLogicalConnection().isPhysicallyConnected();
        LoadGate.Outcome outcome = gate.pass(key.key(), missed, outdated, again, holdsConnection);
        if (outcome.turn() != null) {
            turns.begin(key, outcome.turn());
        }
        return outcome.lookup();
    }

    /**
     * Whether other sessions can use what this one loads, and the reverse, and whether it is stored at once. Not if the
     * session has written: it holds locks of the database. Not if it reads repeatably: the new value would be too new.
     */
    public boolean mayLoadForOthers(LoadPolicy.Kind kind, StoreKey key) {
        return !state.readsRepeatably() && mayReplace(kind, key);
    }

    /** Whether what the session loads is stored at once. Not if it has written: it holds locks of the database. */
    public boolean mayReplace(LoadPolicy.Kind kind, StoreKey key) {
        return !state.hasWritten()
                && session.getCacheMode().isPutEnabled()
                && decide(kind, key) == LoadPolicy.Decision.NOW;
    }

    /** The session has the turn to load that key. */
    public void loads(StoreKey key, LoadTurns.Turn turn) {
        turns.begin(key, turn);
    }

    /** The session has missed that key, and loads it if that is what it does next. For its own thread. */
    public void missed(StoreKey key) {
        lastMiss.missed(key);
    }

    /** How long the load of a key took that is about to be stored, in nanoseconds; negative if unknown. */
    public long loadTook(StoreKey key) {
        return lastMiss.take(key);
    }

    /** Whether other sessions may wait for this one. */
    public boolean isLoading() {
        return turns.isAwaited();
    }

    /**
     * The cache has reported that the row of that key does not exist; null for no key. Used by the session's own
     * thread.
     */
    public void foundAbsent(@Nullable StoreKey key) {
        absent = key;
    }

    /** Whether the last such report was about that key. Forgets it. */
    public boolean takeAbsent(StoreKey key) {
        boolean is = key.equals(absent);
        absent = null;
        return is;
    }

    /** The session has loaded the key. If it has not stored the value by now, it will not. */
    public void loaded(StoreKey key) {
        turns.end(key);
    }

    /**
     * Stores a value that the session has loaded.
     *
     * @return whether it was sent, or waits for the commit
     */
    public boolean store(LoadPolicy.Decision decision, RegionStore store, Put put) {
        return switch (decision) {
            case NOW -> {
                turns.stores(new StoreKey(store.name(), put.key()), store.put(put));
                yield true;
            }
            case AFTER_COMMIT -> guarded(() -> waitingPuts.add(store, put));
            case NEVER -> false;
        };
    }

    // Entries ---------------------------------------------------------------------------------------------------------

    private void writes() {
        if (state.writes()) {
            locks.forgetInstances();
        }
    }

    /** Whether the session is writing the key. The cached entry must not be used by it until the write has ended. */
    public boolean isWriting(StoreKey key) {
        return state.hasWritten() && guarded(() -> locks.isWriting(key));
    }

    /**
     * Takes the soft lock of a key that the session is about to write.
     *
     * @param required whether no write is allowed without the lock
     * @throws UnconfirmedWriteException if it is not in place, and there is no later call that could report this
     */
    public SoftLock lock(StoreKey key, boolean required) {
        StatementCounter.count(); // the application's own listener may hide the SQL that follows
        return guarded(() -> {
            writes();
            ItemLock held = locks.lockOf(key);
            if (held != null) {
                held.holds++;
                return held;
            }
            ItemLock lock = new ItemLock(key, environment.ids().next(), state.readingSince(), required);
            locks.add(lock);
            ahead.forget(key);
            sender.add(lock);
            if (state.awaitsAtOnce()) {
                confirm();
            } else if (environment.tables() == null) {
                sender.sendFirst(); // a later one is sent with the update marker, at the end of this flush
            }
            return lock;
        });
    }

    /**
     * Takes the lock of a key whose row the session has inserted, because other sessions may have stored that it does
     * not exist.
     */
    public void lockInserted(StoreKey key, boolean required) {
        guarded(() -> ((ItemLock) lock(key, required)).ofInsert = true);
    }

    /**
     * Ends one action's hold of a lock. The last hold ends the lock, and its value counts: the ORM (6.6 to 8.0)
     * completes the actions of a transaction in the order of their execution. During the transaction (a row was locked,
     * and nothing else) the lock stays until the transaction ends.
     *
     * @param value the committed value, or null
     * @return whether the value will be stored, as far as this instance can tell
     */
    public boolean unlock(@Nullable SoftLock softLock, StoreKey key, byte @Nullable [] value) {
        return guarded(() -> {
            if (!(softLock instanceof ItemLock lock) || lock.ended) {
                // It ended with its transaction, before this late call; or it is a lock of another kind.
                afterCommit.evict(key);
                sendAfterCommit();
                return false;
            }
            if (lock.holds > 0 && --lock.holds > 0) {
                return false;
            }
            if (state.isInTransaction() && state.hearsOfCompletion()) {
                return false;
            }
            if (!lock.isSent() && value == null) {
                return false; // the end of the transaction shows whether the row was written
            }
            locks.remove(lock);
            end(lock, value);
            completed();
            return value != null;
        });
    }

    private void end(ItemLock lock, byte @Nullable [] value) {
        lock.ended = true;
        if (lock.isSent()) {
            afterCommit.unlock(lock, value);
        } else {
            sender.withdraw(lock);
            afterCommit.evict(lock.key);
        }
    }

    /** Sends the queued requests together after the transaction. If no call will report its end, sends them at once. */
    private void completed() {
        if (state.isToldOfCompletion() && !state.isInTransaction()) {
            environment.unfinished().add(this);
        } else {
            sendAfterCommit();
        }
    }

    private void sendAfterCommit() {
        environment.unfinished().remove(this);
        afterCommit.send(sender.answered());
        afterCommit.await();
        if (session.isClosed()) {
            environment.writers().remove(this); // its transaction has ended: otherwise there would be nothing to send
        }
    }

    @Override
    public void sendUnfinished() {
        if (guard.tryLock()) { // otherwise its own thread is sending
            try {
                sendAfterCommit();
            } finally {
                guard.unlock();
            }
        }
    }

    /** The session writes the key without a lock. The entry is dropped when the write ends. */
    public void writeUnlocked(StoreKey key) {
        StatementCounter.count();
        guarded(() -> {
            writes();
            locks.writesUnlocked(key);
        });
    }

    /**
     * Ends one action's write without a lock. During the transaction (a row was locked, and nothing else) the session
     * still counts as writing the key, because another action may have written the row: the entry is dropped after the
     * transaction.
     */
    public void endUnlocked(StoreKey key) {
        guarded(() -> {
            if (state.isInTransaction() && state.hearsOfCompletion()) {
                return;
            }
            if (locks.writesUnlockedNoLonger(key)) {
                afterCommit.evict(key);
                completed();
            }
        });
    }

    /** Drops an entry on request of the ORM, unless the end of the session's write will drop it. */
    public void remove(StoreKey key) {
        if (!isWriting(key)) {
            guarded(() -> {
                afterCommit.evict(key);
                sendAfterCommit();
            });
        }
    }

    /** The row of the key has been inserted, and is not yet committed. */
    public void inserted(StoreKey key) {
        guarded(() -> {
            writes();
            locks.inserted(key);
        });
    }

    /**
     * The insert was committed. If the same transaction has changed the row since, the later unlock brings the value,
     * and the end of the insert must not conflict with that lock.
     *
     * @param value the committed value, or null if there is none to store
     * @return whether the value will be stored, as far as this instance can tell
     */
    public boolean afterInsert(StoreKey key, byte @Nullable [] value) {
        return guarded(() -> {
            locks.insertedNoLonger(key);
            ItemLock lock = locks.lockOf(key);
            if (lock != null && lock.ofInsert) {
                lock.ofInsert = false;
                return unlock(lock, key, value);
            }
            if (value == null || locks.lockOf(key) != null) {
                return false;
            }
            afterCommit.insert(new TransactionEnd.Insert(key, value, state.openedAt()));
            completed();
            return true;
        });
    }

    /** The session has written, under the key, the state of the entity with that id. */
    public void wrote(StoreKey key, EntityPersister persister, Object id) {
        Object entity = managed(persister, id);
        guarded(() -> locks.wrote(key, entity));
    }

    /**
     * Whether the session still manages the object whose state it has written under the key. After a rollback to a
     * savepoint the application must discard that object; nothing else shows that the state was never committed.
     */
    public boolean stillManagesWritten(StoreKey key, EntityPersister persister, Object id) {
        Object entity = managed(persister, id);
        return entity != null && guarded(() -> locks.written(key)) == entity;
    }

    private @Nullable Object managed(EntityPersister persister, Object id) {
        return session.getPersistenceContextInternal().getEntity(session.generateEntityKey(id, persister));
    }

    // Regions ---------------------------------------------------------------------------------------------------------

    /** The session is about to change rows of the region with a bulk operation. */
    public void bulkOperation(RegionLocks region) {
        guarded(() -> {
            writes();
            forgetReads();
            RegionLock lock = region.claim(this);
            if (session instanceof StatelessSession) {
                // The ORM unlocks before the SQL runs. The session's own lock stays until its transaction has ended.
                // Without a transaction there is no call at its end, and the lock ends with its lease.
                RegionLock own = region.takeFor(this);
                if (state.hearsOfCompletion()) {
                    regions.add(own, region);
                } else {
                    region.abandon(own);
                }
            } else if (lock == null) {
                region.unlock(region.takeFor(this));
            } else {
                regions.add(lock, region);
            }
        });
    }

    /**
     * The session is about to change rows that other sessions find under keys that it does not know. The region is
     * locked until the transaction has ended or, without one, until {@link #writtenUnderAllKeys}.
     */
    public void writeUnderAllKeys(RegionLocks region) {
        guarded(() -> {
            writes();
            if (!regions.isLocked(region)) {
                regions.add(region.takeFor(this), region);
                state.hearsOfCompletion();
            }
        });
    }

    /** The write has ended; outside a transaction its region lock ends. */
    public void writtenUnderAllKeys(RegionLocks region) {
        guarded(() -> {
            if (!state.isInTransaction()) {
                regions.end(region);
            }
        });
    }

    // Tables ----------------------------------------------------------------------------------------------------------

    /** Marks the tables that the session's transaction writes. */
    public void beginUpdate(String region, Collection<String> tables) {
        guarded(() -> {
            writes();
            TableUpdate update = updates.begin(region, tables);
            environment.marking().add(this);
            sender.add(update);
            if (state.awaitsAtOnce()) {
                confirm();
            } else {
                sender.sendFirst();
            }
        });
    }

    /** The transaction that wrote the tables has ended. */
    public void endUpdate(String region, Collection<String> tables) {
        guarded(() -> {
            afterCommit.end(updates.end(region, tables));
            if (updates.current() == null) {
                environment.marking().remove(this);
            }
            completed();
        });
    }

    /** Whether the session's own transaction writes any of the tables. The marker may not have arrived yet. */
    public boolean isUpdating(Collection<String> tables) {
        return updates.isUpdating(tables);
    }

    @Override
    public @Nullable TableUpdate renewableUpdate() {
        if (isAbandoned()) {
            environment.marking().remove(this);
            return null;
        }
        return updates.current();
    }

    // Query results ---------------------------------------------------------------------------------------------------

    /** Notes that a query's result was looked up: if its SQL runs, it runs after this moment. */
    public void queryLookedUp(StoreKey result) {
        queries.lookedUp(result);
    }

    /**
     * A moment such that the query sees every earlier commit. If each statement sees the latest commits, it is the
     * first lookup of that result in the transaction; otherwise the opening of the session.
     */
    public long queryReadsFrom(StoreKey result) {
        Long lookup = queries.firstLookup(result);
        return lookup == null || state.readsRepeatably() ? state.openedAt() : lookup;
    }

    /**
     * Notes the epoch of the query result that is about to be checked, and the entities that the session will request
     * if the result is current.
     *
     * @param outdated what to do if it is not current; null for nothing
     */
    public void queryResultFound(
            String region, String epoch, boolean isNear, List<?> rows, @Nullable OutdatedResult outdated) {
        queries.found(region, epoch, isNear, outdated);
        TableStamps tables = environment.tables();
        if (tables != null) {
            state.mayTakeRows(tables.mostAgeNanos());
        }
        ahead.rows(rows);
    }

    /** What to do if the query result that was found last is outdated; null for nothing. */
    public @Nullable OutdatedResult outdatedResult() {
        return queries.outdated();
    }

    /** The region of the query result that was found last. */
    public @Nullable String queryResultRegion() {
        return queries.foundRegion();
    }

    /** Whether that result was found in the memory of this instance. */
    public boolean isQueryResultNear() {
        return queries.isFoundNear();
    }

    /** The query result that was found last is not used. */
    public void queryResultOutdated() {
        ahead.forgetRows();
    }

    /**
     * The last found query result is used only if none of its tables was written since this stamp; null if it is not
     * used at all. It is the stamp of the result or, if older and reads are repeatable, that of the session, because
     * the result could contain rows that the transaction's snapshot does not.
     *
     * @param number the number of the result's stamp, as the ORM knows it
     */
    public @Nullable Stamp queryResultStamp(long number) {
        String epoch = queries.foundEpoch();
        if (epoch == null) {
            return null;
        }
        Stamp result = new Stamp(number, epoch);
        if (!state.readsRepeatably()) {
            return result;
        }
        Stamp opening = tableStamp();
        if (opening == null || !opening.epoch().equals(result.epoch())) {
            return null;
        }
        return opening.isAtLeast(result) ? result : opening;
    }

    /** The stamp of the session's query results; null if none is known. */
    public @Nullable Stamp tableStamp() {
        TableStamps tables = environment.tables();
        return tables == null || state.mayReadOlderSnapshot() ? null : tables.asOf(state.openedAt());
    }

    // Callbacks of the ORM --------------------------------------------------------------------------------------------

    /** The number of the stamp of the session's query results; -1 makes every result outdated. */
    @Override
    public long getCachingTimestamp() {
        Stamp stamp = tableStamp();
        return stamp == null ? -1 : stamp.number();
    }

    @Override
    public void transactionJoined() {
        turns.endAll();
        guarded(() -> {
            sendAfterCommit();
            sender.reset();
            forgetReads();
            state.joined();
            queries.clear();
        });
    }

    @Override
    public void transactionCompleting() {
        guarded(() -> {
            state.completing();
            regions.confirm();
            confirm();
        });
    }

    /** @throws UnconfirmedWriteException if a required lock or marker is not in place */
    private void confirm() {
        sender.confirm(locks.all(), updates.current(), environment.renewalAgeNanos(), environment.mustMarkTables());
        locks.all().forEach(ItemLock::check);
        TableUpdate update = updates.current();
        if (update != null && environment.mustMarkTables() && !sender.isMarked(update)) {
            throw new UnconfirmedWriteException("the tables of cached queries");
        }
    }

    /** Ends what the ORM has left open, for instance because a listener of the application has thrown an exception. */
    @Override
    public void transactionCompleted(boolean successful) {
        turns.endAll();
        guarded(() -> {
            waitingPuts.end(successful);
            for (ItemLock lock : locks.takeLocks()) {
                if (lock.isSent() || successful) {
                    end(lock, null);
                } else {
                    lock.ended = true;
                }
            }
            locks.takeUnlocked().forEach(afterCommit::evict);
            endRegionLocksAndUpdates();
            sendAfterCommit();
            sender.reset();
            forgetReads();
            locks.forgetInserts();
            locks.forgetInstances();
            state.completed();
            queries.clear();
        });
    }

    /** The ORM ends the locks of entries after this call, except for those that it ended during the transaction. */
    private void transactionWithoutCallbackCompleted(boolean successful) {
        turns.endAll();
        guarded(() -> {
            waitingPuts.end(successful);
            for (ItemLock lock : List.copyOf(locks.all())) {
                if (lock.holds == 0) {
                    locks.remove(lock);
                    end(lock, null);
                }
            }
            locks.takeUnlocked().forEach(afterCommit::evict);
            endRegionLocksAndUpdates();
            sendAfterCommit();
            locks.forgetInserts();
            state.writesNoLonger();
        });
    }

    private void endRegionLocksAndUpdates() {
        regions.endAll();
        TableUpdate update = updates.current();
        if (update != null) {
            afterCommit.end(updates.end(update.region(), update.tables()));
        }
        environment.marking().remove(this);
    }
}
