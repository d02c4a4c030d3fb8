package io.github.hibernateredis.session;

import io.github.hibernateredis.UnconfirmedWriteException;
import io.github.hibernateredis.readahead.StatementCounter;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionEnd;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hibernate.StatelessSession;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * What a session writes in its transaction: the locks of entries and regions, the markers of tables, and the requests
 * that end them.
 *
 * <p>Locks are sent while the statements run, and awaited together before the database commits, because they must be in
 * place when the commit becomes visible. A lock that is old by then, or was not confirmed, is sent again first. So less
 * than a lease passes between that moment and the commit. The requests that follow the transaction are sent and awaited
 * together.
 *
 * <p>If the ORM does not report the completion of its transaction, a session waits for each request at once.
 *
 * <p>A session belongs to one thread at a time. But another thread (a JTA reaper) may complete its transaction, and the
 * heartbeat sends what a failed completion has left. So a lock guards the state; no other session ever waits for it.
 */
public final class SessionWrites {

    private final SessionEnvironment environment;
    private final SharedSessionContractImplementor session;
    private final Participant participant;
    private final SessionState state;
    private final ReentrantLock guard = new ReentrantLock();
    private final ItemLocks locks = new ItemLocks();
    private final TableUpdates updates;
    private final LockSender sender;
    private final AfterCommitQueue afterCommit;
    private final RegionWrites regions = new RegionWrites();

    /** @param participant the session, as the rest of the instance sees it */
    SessionWrites(
            SessionEnvironment environment,
            SharedSessionContractImplementor session,
            Participant participant,
            SessionState state) {
        this.environment = environment;
        this.session = session;
        this.participant = participant;
        this.state = state;
        this.updates = new TableUpdates(environment.ids());
        this.sender = new LockSender(environment.stores());
        this.afterCommit = new AfterCommitQueue(environment.stores());
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
        if (state.isNotifiedOfCompletion() && !state.isInTransaction()) {
            environment.unfinished().add(participant);
        } else {
            sendAfterCommit();
        }
    }

    private void sendAfterCommit() {
        environment.unfinished().remove(participant);
        afterCommit.send(sender.answered());
        afterCommit.await();
        if (session.isClosed()) {
            environment
                    .writers()
                    .remove(participant); // its transaction has ended: otherwise there would be nothing to send
        }
    }

    void sendUnfinished() {
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
            RegionLock lock = region.claim(participant);
            if (session instanceof StatelessSession) {
                // The ORM unlocks before the SQL runs. The session's own lock stays until its transaction has ended.
                // Without a transaction there is no call at its end, and the lock ends with its lease.
                RegionLock own = region.takeFor(participant);
                if (state.hearsOfCompletion()) {
                    regions.add(own, region);
                } else {
                    region.abandon(own);
                }
            } else if (lock == null) {
                region.unlock(region.takeFor(participant));
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
                regions.add(region.takeFor(participant), region);
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
            environment.marking().add(participant);
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
                environment.marking().remove(participant);
            }
            completed();
        });
    }

    /** Whether the session's own transaction writes any of the tables. The marker may not have arrived yet. */
    public boolean isUpdating(Collection<String> tables) {
        return updates.isUpdating(tables);
    }

    @Nullable
    TableUpdate renewableUpdate(long ageNanos) {
        if (participant.isAbandoned()) {
            environment.marking().remove(participant);
            return null;
        }
        TableUpdate update = updates.current();
        return update != null && sender.isLapsed(update, ageNanos) ? update : null;
    }

    // Completion ------------------------------------------------------------------------------------------------------

    /** A transaction begins: what an earlier one has left is sent first. */
    void transactionJoined() {
        guarded(() -> {
            sendAfterCommit();
            sender.reset();
            state.joined();
        });
    }

    /** The database is about to commit. */
    void transactionCompleting() {
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
    void transactionCompleted(boolean successful) {
        guarded(() -> {
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
            locks.forgetInserts();
            locks.forgetInstances();
            state.completed();
        });
    }

    /** The ORM ends the locks of entries after this call, except for those that it ended during the transaction. */
    void transactionWithoutCallbackCompleted(boolean successful) {
        guarded(() -> {
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
        environment.marking().remove(participant);
    }
}
