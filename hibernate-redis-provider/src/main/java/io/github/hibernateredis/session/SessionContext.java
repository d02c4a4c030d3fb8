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
 * What a session remembers for the cache: when it opened, and what it is writing.
 *
 * <p>Opening a session or a transaction costs no I/O: only the moment is noted, and the stores look up which stamp had
 * arrived by then. Locks are sent as the statements run and awaited together before the database commits, since what
 * matters is that they are in place when the commit becomes visible. One that is old by then or was not confirmed is sent
 * again first, so that less than a lease passes between that moment and the commit. What ends with the transaction is sent
 * and awaited together after it. Loads are stored without waiting.
 *
 * <p>A session that is not told of its transaction's completion waits for each of these at once.
 *
 * <p>The ORM tells a session's context of its transactions by {@code transactionJoined}, {@code transactionCompleting} and
 * {@code transactionCompleted}. It does not do so for a {@link StatelessSession} (6.6 to 8.0), whose bulk operations
 * moreover unlock their regions before the SQL runs; there the context registers with the transaction itself.
 *
 * <p>A session belongs to one thread at a time, but its transaction may be completed by another (a JTA reaper), and the
 * heartbeat sends what a broken completion has left: the state is guarded by a lock, which no other session ever waits for.
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

    /** The context of a session that is being opened. */
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

    /** The context of the session. */
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

    // What it reads ---------------------------------------------------------------------------------------------------

    /** When the session opened or its transaction began, {@link System#nanoTime()}. */
    public long openedAt() {
        return state.openedAt();
    }

    /** As of when a read is to answer. */
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

    /** Whether what the session reads twice must stay the same, because it does so on the database. */
    public boolean readsRepeatably() {
        return state.readsRepeatably();
    }

    /** Whether the session may read from a snapshot that is older than itself. */
    public boolean mayReadOlderSnapshot() {
        return state.mayReadOlderSnapshot();
    }

    /** Whether an entry is to be replaced by what is loaded, be it live or not. */
    public boolean isRefreshing(StoreKey key) {
        return key.equals(reloading) || session.getCacheMode().getJpaStoreMode() == CacheStoreMode.REFRESH;
    }

    /** The session is there to load that key, whatever is cached, and to store it. For its own thread. */
    public void reload(StoreKey key) {
        reloading = key;
    }

    /** The key that the session is there to load; null for one of the application. */
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

    /** What was read ahead for the session. For its own thread. */
    public ReadAhead ahead() {
        return ahead;
    }

    /** What the session knows of natural ids. For its own thread. */
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

    /** Whether and when a load of that key may be stored. */
    public LoadPolicy.Decision decide(LoadPolicy.Kind kind, StoreKey key) {
        return LoadPolicy.decide(state, kind, isWriting(key));
    }

    /**
     * What is there of a key that the session has missed, once those have loaded it who were first. A session waits for others
     * only if it {@link #mayLoadForOthers}; and not if others wait for it.
     *
     * @param missed what the session has found
     * @param outdated the stamp of the entry that it has found outdated; null if it has found none
     * @param again reads the key once more
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
     * Whether what the session loads is as good for others, and what they load for the session, and is stored at once. Not if it
     * has written: it holds locks of the database. Nor if it reads repeatably: what others load now is too new for it.
     */
    public boolean mayLoadForOthers(LoadPolicy.Kind kind, StoreKey key) {
        return !state.hasWritten()
                && !state.readsRepeatably()
                && session.getCacheMode().isPutEnabled()
                && decide(kind, key) == LoadPolicy.Decision.NOW;
    }

    /** It is the session's turn to load that key. */
    public void loads(StoreKey key, LoadTurns.Turn turn) {
        turns.begin(key, turn);
    }

    /** The session has missed that key, and loads it if that is what it does next. For its own thread. */
    public void missed(StoreKey key) {
        lastMiss.missed(key);
    }

    /** How long the load took of a key that is about to be stored, in nanoseconds; negative if it is not known. */
    public long loadTook(StoreKey key) {
        return lastMiss.take(key);
    }

    /** Whether others may wait for the session. */
    public boolean isLoading() {
        return turns.isAwaited();
    }

    /** The cache has said of that key that there is no such row; or of none. For the session's own thread. */
    public void foundAbsent(@Nullable StoreKey key) {
        absent = key;
    }

    /** Whether it was that key of which the cache has said so last. Forgets it. */
    public boolean takeAbsent(StoreKey key) {
        boolean is = key.equals(absent);
        absent = null;
        return is;
    }

    /** The session has loaded the key, and does not store it unless it has done so. */
    public void loaded(StoreKey key) {
        turns.end(key);
    }

    /**
     * Stores what the session has loaded.
     *
     * @return whether it was sent, or waits
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

    /** Whether the session is writing the key: to it alone, the cache has nothing to say about it until it is through. */
    public boolean isWriting(StoreKey key) {
        return state.hasWritten() && guarded(() -> locks.isWriting(key));
    }

    /**
     * Takes the soft lock of a key that the session is about to write.
     *
     * @param required whether nothing may be written without the lock
     * @throws UnconfirmedWriteException if it is not in place, and there is no later moment to say so
     */
    public SoftLock lock(StoreKey key, boolean required) {
        StatementCounter.count(); // the SQL that follows is not seen where the application has a listener of its own
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
                sender.sendFirst(); // else it goes with the marker of the tables, which the ORM sets at the end of
                // this flush
            }
            return lock;
        });
    }

    /** Takes the lock of a key whose row the session has inserted: others may have stored that there is none. */
    public void lockInserted(StoreKey key, boolean required) {
        guarded(() -> ((ItemLock) lock(key, required)).ofInsert = true);
    }

    /**
     * One action's end of a lock. The lock ends with the last of them, and what that one says about the value holds: the
     * ORM (6.6 to 8.0) completes the actions of a transaction in the order in which they were executed. While the transaction
     * goes on (a row was locked, and nothing more) the lock stays: it ends with the transaction.
     *
     * @param value the committed value, or null
     * @return whether the value will be stored, as far as is known here
     */
    public boolean unlock(@Nullable SoftLock softLock, StoreKey key, byte @Nullable [] value) {
        return guarded(() -> {
            if (!(softLock instanceof ItemLock lock) || lock.ended) {
                // It was ended with its transaction, before this late call; or it is none of ours.
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
                return false; // the end of the transaction says whether anything was written under it
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

    /** What has been put into the queue goes out with the rest of it; at once where there is no call when that is complete. */
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
            environment.writers().remove(this); // its transaction is over, or there would be nothing to send
        }
    }

    @Override
    public void sendUnfinished() {
        if (guard.tryLock()) { // else its own thread is at it
            try {
                sendAfterCommit();
            } finally {
                guard.unlock();
            }
        }
    }

    /** The session writes the key without a lock; at the end the entry is to be dropped. */
    public void writeUnlocked(StoreKey key) {
        StatementCounter.count();
        guarded(() -> {
            writes();
            locks.writesUnlocked(key);
        });
    }

    /**
     * One action's end of a write without a lock. While the transaction goes on (a row was locked, and nothing more) the session
     * counts as writing the key, since another action of it may have written the row: the entry is dropped with the transaction.
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

    /** Drops an entry by the ORM's wish, unless the end of the session's write does so. */
    public void remove(StoreKey key) {
        if (!isWriting(key)) {
            guarded(() -> {
                afterCommit.evict(key);
                sendAfterCommit();
            });
        }
    }

    /** The row of the key has been inserted and not yet been committed. */
    public void inserted(StoreKey key) {
        guarded(() -> {
            writes();
            locks.inserted(key);
        });
    }

    /**
     * The insert was committed. If the same transaction has changed the row since, the unlock that is still to come tells
     * the value, and the end of the insert must not contest that lock.
     *
     * @param value the committed value, or null if there is none to store
     * @return whether the value will be stored, as far as is known here
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
     * Whether the session still manages the instance whose state it has written under the key. An application that has rolled
     * back to a savepoint has to get rid of that instance; nothing else tells that the state was never committed.
     */
    public boolean stillManagesWritten(StoreKey key, EntityPersister persister, Object id) {
        Object entity = managed(persister, id);
        return entity != null && guarded(() -> locks.written(key)) == entity;
    }

    private @Nullable Object managed(EntityPersister persister, Object id) {
        return session.getPersistenceContextInternal().getEntity(session.generateEntityKey(id, persister));
    }

    // Regions ---------------------------------------------------------------------------------------------------------

    /** The session is about to change rows of the region by a bulk operation. */
    public void bulkOperation(RegionLocks region) {
        guarded(() -> {
            writes();
            forgetReads();
            RegionLock lock = region.claim(this);
            if (session instanceof StatelessSession) {
                // The ORM unlocks before the SQL runs. A lock of the session's own stays until its transaction is over.
                // Without a transaction there is no call when that is, and the lock ends with its lease.
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
     * The session is about to change rows that others find under keys that it does not know: the region is locked until the
     * transaction is over, or, without one, until {@link #writtenUnderAllKeys}.
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

    /** The write is over; outside a transaction, its region lock ends. */
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

    /** The transaction that wrote the tables is over. */
    public void endUpdate(String region, Collection<String> tables) {
        guarded(() -> {
            afterCommit.end(updates.end(region, tables));
            if (updates.current() == null) {
                environment.marking().remove(this);
            }
            completed();
        });
    }

    /** Whether the session's own transaction writes any of the tables. The marker may still be on its way. */
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

    /** Remembers that a query's result was looked for: if its SQL runs, it does so after this moment. */
    public void queryLookedUp(StoreKey result) {
        queries.lookedUp(result);
    }

    /**
     * A moment from which on whatever was committed before is in the result of the query: where each statement sees what
     * has been committed, the first time that the transaction looked for that result; else the session's opening.
     */
    public long queryReadsFrom(StoreKey result) {
        Long lookup = queries.firstLookup(result);
        return lookup == null || state.readsRepeatably() ? state.openedAt() : lookup;
    }

    /**
     * Remembers to which epoch of the table stamps the query result belongs that is about to be checked, and which
     * entities the session will ask for if it is current.
     *
     * @param outdated what can be done if it is not; null for nothing
     */
    public void queryResultFound(
            String region, String epoch, boolean isNear, List<?> rows, @Nullable OutdatedResult outdated) {
        queries.found(region, epoch, isNear, outdated);
        ahead.rows(rows);
    }

    /** What can be done if the query result that was found last is outdated; null for nothing. */
    public @Nullable OutdatedResult outdatedResult() {
        return queries.outdated();
    }

    /** The region in which a query result was found last. */
    public @Nullable String queryResultRegion() {
        return queries.foundRegion();
    }

    /** Whether that result was found in the memory of this instance. */
    public boolean isQueryResultNear() {
        return queries.isFoundNear();
    }

    /** The query result that was found last is not shown. */
    public void queryResultOutdated() {
        ahead.forgetRows();
    }

    /**
     * The stamp since which no table may have been written for the query result that was found last to be shown, or null
     * if it is not to be shown at all. It is the result's own stamp; or the session's, where that is older and reads are
     * repeatable, because the result could tell what the transaction's snapshot does not.
     *
     * @param number the number that the ORM knows of the result's stamp
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

    /** The stamp that the session's query results carry; null if none is known. */
    public @Nullable Stamp tableStamp() {
        TableStamps tables = environment.tables();
        return tables == null || state.mayReadOlderSnapshot() ? null : tables.asOf(state.openedAt());
    }

    // The ORM's callbacks ---------------------------------------------------------------------------------------------

    /** The number of the stamp that the session's query results carry; -1 makes every result outdated. */
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

    /** @throws UnconfirmedWriteException if nothing may be written without what is not in place */
    private void confirm() {
        sender.confirm(locks.all(), updates.current(), environment.renewalAgeNanos(), environment.mustMarkTables());
        locks.all().forEach(ItemLock::check);
        TableUpdate update = updates.current();
        if (update != null && environment.mustMarkTables() && !sender.isMarked(update)) {
            throw new UnconfirmedWriteException("the tables of cached queries");
        }
    }

    /** Ends what the ORM has left, as it does when a listener of the application threw in between. */
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

    /** The locks of entries are ended by the ORM, after this; save those that it ended while the transaction went on. */
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
