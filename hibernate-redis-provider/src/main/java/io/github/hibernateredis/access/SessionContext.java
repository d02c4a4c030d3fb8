package io.github.hibernateredis.access;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStamps;
import jakarta.persistence.CacheStoreMode;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.hibernate.ConnectionReleaseMode;
import org.hibernate.StatelessSession;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * What a session remembers for the cache: when it opened, and what it is writing.
 *
 * <p>Opening a session or a transaction costs no I/O: only the moment is noted, and the stores look up which stamp had
 * arrived by then. Locks are sent as the statements run and awaited together before the database commits, since what
 * matters is that they are in place when the commit becomes visible; one that is old by then or was not confirmed is sent
 * again first, so that less than a lease passes between that moment and the commit. What ends with the transaction is sent
 * and awaited together after it. Loads are stored without waiting.
 *
 * <p>A session that is not told of its transaction's completion waits for each of these at once.
 *
 * <p>The ORM tells a session's context of its transactions by {@code transactionJoined}, {@code transactionCompleting} and
 * {@code transactionCompleted}. It does not do so for a {@link StatelessSession} (6.6 to 8.0), whose bulk operations
 * moreover unlock their regions before the SQL runs; there the context registers with the transaction itself.
 *
 * <p>A session belongs to one thread at a time, but its transaction may be completed by another (a JTA reaper): the state
 * is guarded by this object's monitor. No other session ever waits for that monitor.
 */
public final class SessionContext implements CacheTransactionSynchronization {

    /** How many loads wait at most for the end of a transaction; further ones are not stored. */
    private static final int WAITING_PUTS = 1000;

    /** Beyond it, results count as read when the session opened, which costs hits only. */
    private static final int MAX_QUERY_LOOKUPS = 1000;

    /** Beyond it, the natural ids of entities that were hits are put once more, and refused. */
    private static final int MAX_HITS = 10_000;

    /** A session whose snapshot may be of any age has missed every write that there ever was. */
    private static final long LONG_AGO_NANOS = Duration.ofDays(36_500).toNanos();

    /** The node's part of a session: what all sessions of a factory share. */
    public interface Node {

        /** The ids of this node's locks. */
        LockIds ids();

        /** A third of the lease of a lock: one that is older is renewed before the commit, {@link System#nanoTime()} units. */
        long renewalAgeNanos();

        /** The table stamps, or null if queries are not cached. */
        @Nullable
        TableStamps tables();

        /** Whether nothing may be written to tables that could not be announced. */
        boolean mustAnnounce();

        /** Contexts that may have endings to send, though the transaction that they belong to is over. */
        Collection<SessionContext> unfinished();

        /** The contexts that are writing. */
        Writers writers();

        /** The announcements whose leases the pulse renews. */
        Collection<SessionContext> announcers();

        /**
         * Whether the transactions of that session read repeatably, by REPEATABLE_READ isolation or a higher one. May ask
         * its connection.
         */
        boolean readsRepeatably(SharedSessionContractImplementor session);

        /** Whether what that session loads has been committed, as it is above READ_UNCOMMITTED. May ask its connection. */
        boolean readsCommitted(SharedSessionContractImplementor session);
    }

    private final Node node;
    private final SharedSessionContractImplementor session;
    private final long bornAt = System.nanoTime();
    private volatile long openedAt = bornAt;
    private volatile boolean joined;

    private @Nullable Map<ItemKey, ItemLock> locks;
    private @Nullable Set<ItemKey> inserted;
    private @Nullable Map<ItemKey, RegionStore> unlocked;
    private @Nullable Map<ItemKey, @Nullable Object> instances;
    private @Nullable Map<RegionLock, RegionLocks> regionLocks;
    private volatile TableStamps.@Nullable Holding announcement;
    private long announcedAt;
    private boolean written;
    private volatile boolean jta;
    private boolean listed;
    private volatile boolean registered;
    private @Nullable List<Supplier<CompletableFuture<Boolean>>> waitingPuts;
    private @Nullable String queryResultIncarnation;
    private @Nullable Map<ItemKey, Long> queryLookups;
    private boolean completing;
    private final InFlight loads = new InFlight();
    private final InFlight locksSent = new InFlight();
    private final Queue<Supplier<CompletableFuture<?>>> endings = new ConcurrentLinkedQueue<>();
    private CompletableFuture<Boolean> announced = CompletableFuture.completedFuture(true);
    private final ReadAhead ahead = new ReadAhead(this);
    private @Nullable Set<EntityHit> hits;
    private boolean askingWithoutCache;

    private record EntityHit(String role, Object id) {}

    /** The context of a session that is being opened. */
    public SessionContext(Node node, SharedSessionContractImplementor session) {
        this.node = node;
        this.session = session;
    }

    /** The context of the session. */
    public static SessionContext of(SharedSessionContractImplementor session) {
        return (SessionContext) session.getCacheTransactionSynchronization();
    }

    /**
     * When the session opened or its transaction began, {@link System#nanoTime()}; or, if its connection is kept between
     * transactions, when the one before was over.
     */
    public long openedAt() {
        return openedAt;
    }

    SharedSessionContractImplementor session() {
        return session;
    }

    boolean isInTransaction() {
        return session.isTransactionInProgress();
    }

    /** Whether what the session reads twice must stay the same, because it does so on the database. */
    boolean readsRepeatably() {
        return session.isTransactionInProgress() && node.readsRepeatably(session);
    }

    /**
     * Whether the session may read from a snapshot that is older than itself: the ORM (6.6 to 8.0) does not tell a session
     * that shares the transaction of another one when that transaction began.
     */
    boolean mayReadOlderSnapshot() {
        return !joined && readsRepeatably();
    }

    /**
     * Whether this context hears of every row that the session's transaction writes. The ORM tells it neither of a
     * stateless session's inserts (7.0 to 8.0) nor of what another session writes in the same transaction: one that has
     * written on the same thread and is not through may well share it.
     */
    public boolean hearsOfRows() {
        return (!session.isTransactionInProgress() || isToldOfCompletion())
                && !node.writers().isAnother(this);
    }

    private boolean isToldOfCompletion() {
        return joined && !(session instanceof StatelessSession);
    }

    /**
     * Whether this context hears of every table that the session's transaction writes: the ORM tells it only if queries are
     * cached. An inverse collection changes with rows that may not be cached themselves.
     */
    boolean hearsOfTables() {
        return hearsOfRows() && (node.tables() != null || !session.isTransactionInProgress());
    }

    /**
     * Stores what the session has loaded.
     *
     * @param certain false if it may be state that the session's transaction has written: then it is stored when the
     *     transaction has been committed, and not at all after a rollback. By then it is as true as what others load, or
     *     refused for the same reasons.
     * @return whether it was sent, or waits
     */
    public boolean store(boolean certain, Supplier<CompletableFuture<Boolean>> put) {
        if (!node.readsCommitted(session)) {
            return false;
        }
        synchronized (this) {
            if (certain) {
                loads.add(put.get());
                return true;
            }
            if (!isToldOfCompletion() && !registerWithTransaction()) {
                return false;
            }
            if (waitingPuts == null) {
                waitingPuts = new ArrayList<>();
            }
            return waitingPuts.size() < WAITING_PUTS && waitingPuts.add(put);
        }
    }

    private void endWaiting(boolean successful) {
        List<Supplier<CompletableFuture<Boolean>>> puts = waitingPuts;
        waitingPuts = null;
        if (successful && puts != null) {
            puts.forEach(put -> loads.add(put.get()));
        }
    }

    /** Whether items are to be replaced by what is loaded, be they live or not. */
    boolean isRefreshing() {
        return session.getCacheMode().getJpaStoreMode() == CacheStoreMode.REFRESH;
    }

    /** Whether the session has written in its transaction: what it reads may be its own uncommitted state. */
    public synchronized boolean hasWritten() {
        return written;
    }

    /** Whether it was closed, maybe before its transaction was over. */
    boolean isClosed() {
        return session.isClosed();
    }

    /**
     * Whether nobody will say when the transaction of the session is over: it was closed before. A JTA transaction goes on
     * without it, and tells.
     */
    boolean isAbandoned() {
        return session.isClosed() && !(jta && (joined || registered));
    }

    private void writes() {
        written = true;
        jta = session.getTransactionCoordinator()
                .getTransactionCoordinatorBuilder()
                .isJta();
        if (!listed && session.isTransactionInProgress()) {
            listed = true;
            node.writers().add(this);
            if (!isToldOfCompletion()) {
                registerWithTransaction();
            }
        }
    }

    // Reading ahead ---------------------------------------------------------------------------------------------------

    ReadAhead ahead() {
        return ahead;
    }

    /** The query result that was found last is not shown. */
    public void queryResultOutdated() {
        ahead.forgetRows();
    }

    private void forgetReads() {
        ahead.clear();
        hits = null;
    }

    // Natural ids -----------------------------------------------------------------------------------------------------

    /** The entity was found in the cache. */
    synchronized void wasHit(String role, Object id) {
        if (hits == null) {
            hits = new HashSet<>();
        }
        if (hits.size() < MAX_HITS) {
            hits.add(new EntityHit(role, id));
        }
    }

    /** Whether the entity was found in the cache since this was last asked. */
    synchronized boolean takeHit(String role, Object id) {
        return hits != null && hits.remove(new EntityHit(role, id));
    }

    synchronized void askWithoutCache(boolean asking) {
        askingWithoutCache = asking;
    }

    synchronized boolean asksWithoutCache() {
        return askingWithoutCache;
    }

    // Items -----------------------------------------------------------------------------------------------------------

    /** Whether the session is writing the key: to it alone, the cache has nothing to say about it until it is through. */
    synchronized boolean isWriting(RegionStore store, String key) {
        if (!written) {
            return false;
        }
        ItemKey item = ItemKey.of(store, key);
        return locks != null && locks.containsKey(item)
                || inserted != null && inserted.contains(item)
                || unlocked != null && unlocked.containsKey(item);
    }

    /**
     * @param required whether nothing may be written without the lock
     * @throws org.hibernate.cache.CacheException if it is, and there is no other moment to say so
     */
    synchronized ItemLock lock(RegionStore store, String key, boolean required) {
        writes();
        if (locks == null) {
            locks = new LinkedHashMap<>();
        }
        ItemKey item = ItemKey.of(store, key);
        ItemLock held = locks.get(item);
        if (held != null) {
            held.holds++;
            return held;
        }
        ItemLock lock = new ItemLock(store, key, node.ids().next(), required);
        locks.put(item, lock);
        ahead.forget(item);
        send(lock);
        return lock;
    }

    private void send(ItemLock lock) {
        locksSent.add(lock.send(readingSince()));
        if (awaitsAtOnce()) {
            locksSent.await();
            lock.check();
        }
    }

    /** The moment from which on the session may have read what it is writing now. */
    private long readingSince() {
        return mayReadOlderSnapshot() ? bornAt - LONG_AGO_NANOS : bornAt;
    }

    /** Whether nobody will say when the transaction is about to commit, or has said so already. */
    private boolean awaitsAtOnce() {
        return completing || !isToldOfCompletion();
    }

    /**
     * Sends what ends with a transaction: when all of it has been collected, or at once where nobody says when that is, or
     * the transaction goes on.
     *
     * @param expected what to report meanwhile
     */
    private boolean end(boolean expected, Supplier<CompletableFuture<Boolean>> request) {
        if (!isToldOfCompletion() || session.isTransactionInProgress()) {
            return request.get().join();
        }
        endings.add(request::get);
        node.unfinished().add(this);
        return expected;
    }

    /**
     * Sends what has been collected, and waits for it. The pulse does so for a transaction whose completion broke off; if it
     * meets one that is still completing, that one waits for what the pulse has sent.
     */
    public void sendEndings() {
        synchronized (endings) {
            if (endings.isEmpty()) {
                return;
            }
            node.unfinished().remove(this);
            InFlight sent = new InFlight();
            Supplier<CompletableFuture<?>> ending = endings.poll();
            while (ending != null) {
                sent.add(ending.get());
                ending = endings.poll();
            }
            sent.await();
        }
        if (session.isClosed()) {
            node.writers().remove(this); // its transaction is over, or there would be no endings
        }
    }

    /**
     * One action's end of a lock. The lock ends with the last of them, and what that one says about the value holds: the
     * ORM (6.6 to 8.0) completes the actions of a transaction in the order in which they were executed.
     */
    synchronized boolean unlock(ItemLock lock, byte @Nullable [] value) {
        if (lock.holds == 0) {
            // It was ended with its transaction, before this late call.
            lock.store.evict(lock.key).join();
            return false;
        }
        if (--lock.holds > 0) {
            return false;
        }
        if (locks != null) {
            locks.remove(ItemKey.of(lock.store, lock.key), lock);
        }
        return end(
                value != null, () -> lock.sent().thenCompose(confirmed -> lock.store.unlock(lock.key, lock.id, value)));
    }

    /** The session writes the key without a lock; at the end the item is to be dropped. */
    synchronized void writeUnlocked(RegionStore store, String key) {
        writes();
        if (unlocked == null) {
            unlocked = new LinkedHashMap<>();
        }
        unlocked.put(ItemKey.of(store, key), store);
    }

    synchronized void endUnlocked(RegionStore store, String key) {
        if (unlocked != null) {
            unlocked.remove(ItemKey.of(store, key));
        }
        end(false, () -> store.evict(key).thenApply(done -> false));
    }

    /** The row of the key has been inserted and not yet been committed. */
    synchronized void inserted(RegionStore store, String key) {
        writes();
        if (inserted == null) {
            inserted = new LinkedHashSet<>();
        }
        inserted.add(ItemKey.of(store, key));
    }

    /**
     * The insert was committed. If the same transaction has changed the row since, the unlock that is still to come tells
     * the value, and the end of the insert must not contest that lock.
     */
    synchronized boolean afterInsert(RegionStore store, String key, byte @Nullable [] value) {
        ItemKey item = ItemKey.of(store, key);
        if (inserted != null) {
            inserted.remove(item);
        }
        if (locks != null && locks.containsKey(item)) {
            return false;
        }
        long opened = openedAt;
        return value != null && end(true, () -> store.insert(key, value, opened));
    }

    // Entities --------------------------------------------------------------------------------------------------------

    /** The row of the entity has been written; what is to be stored after the commit is the state of what the session manages. */
    synchronized void wrote(ItemKey item, EntityPersister persister, Object id) {
        if (instances == null) {
            instances = new HashMap<>();
        }
        instances.put(item, managed(persister, id));
    }

    /**
     * Whether the session still manages the instance whose state it has written. An application that has rolled back to a
     * savepoint has to get rid of that instance; nobody tells that the state was never committed.
     */
    synchronized boolean stillManages(ItemKey item, EntityPersister persister, Object id) {
        Object written = instances == null ? null : instances.get(item);
        return written != null && written == managed(persister, id);
    }

    private @Nullable Object managed(EntityPersister persister, Object id) {
        return session.getPersistenceContextInternal().getEntity(session.generateEntityKey(id, persister));
    }

    // Regions ---------------------------------------------------------------------------------------------------------

    /** The session is about to change rows of the region by a bulk operation. */
    synchronized void bulkOperation(RegionLocks region) {
        writes();
        forgetReads();
        RegionLock lock = region.claim(this);
        if (session instanceof StatelessSession) {
            // The ORM unlocks before the SQL runs. A lock of the session's own stays until its transaction is over;
            // without
            // a transaction nobody tells when that is, and the lock ends with its lease.
            RegionLock own = region.take(this);
            if (registerWithTransaction()) {
                remember(own, region);
            } else {
                region.abandon(own);
            }
        } else if (lock == null) {
            region.unlock(region.take(this));
        } else {
            remember(lock, region);
        }
    }

    /** The session is about to change rows that others find under keys that it does not know. */
    synchronized void writeUnderAllKeys(RegionLocks region) {
        writes();
        if (regionLocks != null && regionLocks.containsValue(region)) {
            return;
        }
        RegionLock lock = region.take(this);
        if (isToldOfCompletion() || registerWithTransaction()) {
            remember(lock, region);
        } else {
            region.abandon(lock);
        }
    }

    private void remember(RegionLock lock, RegionLocks region) {
        if (regionLocks == null) {
            regionLocks = new LinkedHashMap<>();
        }
        regionLocks.put(lock, region);
    }

    // Tables ----------------------------------------------------------------------------------------------------------

    /** Announces that the session's transaction writes the tables. */
    public synchronized void beginUpdate(TableStamps stamps, Collection<String> tables) {
        writes();
        TableStamps.Holding known = announcement;
        Set<String> all = new LinkedHashSet<>(tables);
        if (known != null) {
            all.addAll(known.tables());
        }
        String holder = known == null ? node.ids().next() : known.holder();
        announcement = new TableStamps.Holding(holder, List.copyOf(all));
        if (known == null) {
            announcedAt = System.nanoTime();
        }
        node.announcers().add(this);
        CompletableFuture<Boolean> sent = stamps.begin(holder, tables);
        announced = known == null ? sent : announced.thenCombine(sent, Boolean::logicalAnd);
        locksSent.add(announced);
        if (awaitsAtOnce()) {
            locksSent.await();
        }
    }

    /** The transaction that wrote the tables is over. */
    public synchronized void endUpdate(TableStamps stamps, Collection<String> tables) {
        TableStamps.Holding known = announcement;
        Set<String> left = known == null ? new LinkedHashSet<>() : new LinkedHashSet<>(known.tables());
        left.removeAll(tables);
        if (known == null || left.isEmpty()) {
            announcement = null;
            node.announcers().remove(this);
        } else {
            announcement = new TableStamps.Holding(known.holder(), List.copyOf(left));
        }
        String holder = known == null ? node.ids().next() : known.holder();
        CompletableFuture<Boolean> begun = announced;
        end(false, () -> begun.thenCompose(done -> stamps.end(holder, tables)).thenApply(done -> false));
    }

    /** Whether the session's own transaction writes any of the tables. The announcement of that may still be on its way. */
    public boolean isUpdating(Collection<String> tables) {
        TableStamps.Holding holding = announcement;
        return holding != null && !Collections.disjoint(holding.tables(), tables);
    }

    /**
     * What the session has announced, for the pulse to renew; null if nothing. A session that was abandoned
     * is renewed no longer.
     */
    public TableStamps.@Nullable Holding announcement() {
        if (isAbandoned()) {
            node.announcers().remove(this);
            return null;
        }
        return announcement;
    }

    /** Remembers that a query's result was looked for: if its SQL runs, it does so after this moment. */
    public synchronized void queryLookedUp(RegionStore store, String entry) {
        if (queryLookups == null) {
            queryLookups = new HashMap<>();
        }
        if (queryLookups.size() < MAX_QUERY_LOOKUPS) {
            // The first moment counts: the rows that a query is still reading may make the application ask it again.
            queryLookups.putIfAbsent(ItemKey.of(store, entry), System.nanoTime());
        }
    }

    /**
     * A moment from which on whatever was committed before is in the result of the query: where each statement sees what
     * has been committed, the first time that the transaction looked for that result; else the session's opening.
     */
    public synchronized long queryReadsFrom(RegionStore store, String entry) {
        Long lookup = queryLookups == null ? null : queryLookups.get(ItemKey.of(store, entry));
        return lookup == null || readsRepeatably() ? openedAt : lookup;
    }

    /**
     * Remembers to which incarnation of the table stamps the query result belongs that is about to be checked, and which
     * entities the session will ask for if it is current.
     */
    public synchronized void queryResultFound(String incarnation, List<?> rows) {
        queryResultIncarnation = incarnation;
        ahead.rows(rows);
    }

    /**
     * The stamp since which no table may have been written for the query result that was found last to be shown, or null
     * if it is not to be shown at all. It is the result's own stamp; or the session's, where that is older and reads are
     * repeatable, because the result could tell what the transaction's snapshot does not.
     *
     * @param number the number that the ORM knows of the result's stamp
     */
    public @Nullable Stamp queryResultStamp(long number) {
        if (queryResultIncarnation == null) {
            return null;
        }
        Stamp result = new Stamp(number, queryResultIncarnation);
        if (!readsRepeatably()) {
            return result;
        }
        Stamp opening = tableStamp();
        if (opening == null || !opening.incarnation().equals(result.incarnation())) {
            return null;
        }
        return opening.isAtLeast(result) ? result : opening;
    }

    /** The stamp that the session's query results carry; null if none is known. */
    public @Nullable Stamp tableStamp() {
        TableStamps tables = node.tables();
        return tables == null || mayReadOlderSnapshot() ? null : tables.asOf(openedAt);
    }

    // The ORM's callbacks ---------------------------------------------------------------------------------------------

    /** The number of the stamp that the session's query results carry; -1 makes every result outdated. */
    @Override
    public long getCachingTimestamp() {
        Stamp stamp = tableStamp();
        return stamp == null ? -1 : stamp.number();
    }

    @Override
    public synchronized void transactionJoined() {
        sendEndings();
        forgetReads();
        completing = false;
        if (!keepsConnection()) {
            openedAt = System.nanoTime();
        }
        joined = true;
        queryLookups = null;
    }

    /**
     * Whether the session keeps its connection between transactions: what it reads there may begin, without auto-commit, the
     * snapshot that its next transaction reads from. Its stamp is then that of the end of the last transaction.
     */
    private boolean keepsConnection() {
        return session.getJdbcCoordinator()
                        .getLogicalConnection()
                        .getConnectionHandlingMode()
                        .getReleaseMode()
                == ConnectionReleaseMode.ON_CLOSE;
    }

    @Override
    public synchronized void transactionCompleting() {
        completing = true;
        locksSent.await();
        long now = System.nanoTime();
        if (locks != null) {
            for (ItemLock lock : locks.values()) {
                if (!lock.confirmed || now - lock.sentAt > node.renewalAgeNanos()) {
                    locksSent.add(lock.send(readingSince()));
                }
            }
        }
        if (regionLocks != null) {
            // The pulse keeps them alive; a region whose guards were lost since is locked anew.
            regionLocks.forEach((lock, region) -> region.confirm(lock));
        }
        TableStamps tables = node.tables();
        TableStamps.Holding holding = announcement;
        if (tables != null && holding != null && (!announced.join() || now - announcedAt > node.renewalAgeNanos())) {
            announced = tables.begin(holding.holder(), holding.tables());
            announcedAt = now;
            locksSent.add(announced);
        }
        locksSent.await();
        if (locks != null) {
            locks.values().forEach(ItemLock::check);
        }
        if (holding != null && node.mustAnnounce() && !announced.join()) {
            throw Unconfirmed.lockOf("the tables of cached queries");
        }
    }

    /** Ends what the ORM has left, as it does when a listener of the application threw in between. */
    @Override
    public synchronized void transactionCompleted(boolean successful) {
        endWaiting(successful);
        if (locks != null) {
            for (ItemLock lock : new ArrayList<>(locks.values())) {
                lock.holds = 1;
                unlock(lock, null);
            }
            locks = null;
        }
        if (unlocked != null) {
            unlocked.forEach(
                    (item, store) -> end(false, () -> store.evict(item.key()).thenApply(done -> false)));
            unlocked = null;
        }
        endBulkOperations();
        sendEndings();
        forgetReads();
        completing = false;
        writesNoLonger();
        joined = false;
        openedAt = System.nanoTime();
        queryLookups = null;
    }

    /** The locks of items are ended by the ORM, after this. */
    private synchronized void transactionWithoutCallbackCompleted(boolean successful) {
        endWaiting(successful);
        endBulkOperations();
        writesNoLonger();
    }

    private void writesNoLonger() {
        inserted = null;
        instances = null;
        written = false;
        if (listed) {
            listed = false;
            node.writers().remove(this);
        }
    }

    private void endBulkOperations() {
        if (regionLocks != null) {
            regionLocks.forEach((lock, region) -> {
                if (region.holds(lock)) {
                    region.unlock(lock);
                }
            });
            regionLocks = null;
        }
        TableStamps tables = node.tables();
        TableStamps.Holding holding = announcement;
        if (tables != null && holding != null) {
            endUpdate(tables, holding.tables());
        }
    }

    private boolean registerWithTransaction() {
        if (registered) {
            return true;
        }
        if (!session.isTransactionInProgress()) {
            return false;
        }
        session.getTransactionCoordinator().getLocalSynchronizations().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                transactionCompleting();
            }

            @Override
            public void afterCompletion(int status) {
                registered = false;
                transactionWithoutCallbackCompleted(status == Status.STATUS_COMMITTED);
            }
        });
        registered = true;
        return true;
    }
}
