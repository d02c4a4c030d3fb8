package io.github.hibernateredis.session;

import io.github.hibernateredis.readahead.ReadAhead;
import io.github.hibernateredis.readahead.StatementCounter;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableUpdate;
import org.hibernate.StatelessSession;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * What a session keeps for the cache: when it opened, what it has read ahead, what it {@linkplain #loads() loads}, which
 * {@linkplain #queries() query results} it has found, and what it {@linkplain #writes() writes}.
 *
 * <p>Opening a session or a transaction causes no I/O: only the time is noted, and the stores look up which stamp had
 * arrived by then.
 *
 * <p>The ORM reports transactions to a session's context by {@code transactionJoined}, {@code transactionCompleting}
 * and {@code transactionCompleted}. It does not do so for a {@link StatelessSession} (6.6 to 8.0), whose bulk
 * operations also unlock their regions before the SQL runs; there the context registers with the transaction itself.
 *
 * <p>Used by the session's own thread. Another one may complete its transaction, see {@link SessionWrites}.
 */
public final class SessionContext implements CacheTransactionSynchronization, Participant {

    private final SharedSessionContractImplementor session;
    private final SessionState state;
    private final ReadAhead ahead = new ReadAhead(this::countStatements);
    private final NaturalIdLookups naturalIds = new NaturalIdLookups();
    private final SessionLoads loads;
    private final SessionQueries queries;
    private final SessionWrites writes;

    /** Creates the context of a session that is being opened. */
    public SessionContext(SessionEnvironment environment, SharedSessionContractImplementor session) {
        this.session = session;
        this.state = new SessionState(
                environment, this, session, this::transactionCompleting, this::transactionWithoutCallbackCompleted);
        this.writes = new SessionWrites(environment, session, this, state);
        this.loads = new SessionLoads(session, state, writes::isWriting);
        this.queries = new SessionQueries(environment, state, ahead);
        StatementCounter.opened(session);
    }

    /** Returns the context of the session. */
    public static SessionContext of(SharedSessionContractImplementor session) {
        return (SessionContext) session.getCacheTransactionSynchronization();
    }

    /** What the session loads from the database. */
    public SessionLoads loads() {
        return loads;
    }

    /** The query results that the session has found. */
    public SessionQueries queries() {
        return queries;
    }

    /** What the session writes. */
    public SessionWrites writes() {
        return writes;
    }

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

    /** The session is about to change rows of the region with a bulk operation. */
    public void bulkOperation(RegionLocks region) {
        forgetReads();
        writes.bulkOperation(region);
    }

    @Override
    public @Nullable TableUpdate renewableUpdate(long ageNanos) {
        return writes.renewableUpdate(ageNanos);
    }

    @Override
    public void sendUnfinished() {
        writes.sendUnfinished();
    }

    /** The number of the stamp of the session's query results; -1 makes every result outdated. */
    @Override
    public long getCachingTimestamp() {
        Stamp stamp = queries.tableStamp();
        return stamp == null ? -1 : stamp.number();
    }

    @Override
    public void transactionJoined() {
        loads.transactionJoined();
        writes.transactionJoined();
        forgetReads();
        queries.clear();
    }

    @Override
    public void transactionCompleting() {
        writes.transactionCompleting();
    }

    @Override
    public void transactionCompleted(boolean successful) {
        loads.transactionCompleted(successful);
        writes.transactionCompleted(successful);
        forgetReads();
        queries.clear();
    }

    private void transactionWithoutCallbackCompleted(boolean successful) {
        loads.transactionCompleted(successful);
        writes.transactionWithoutCallbackCompleted(successful);
    }
}
