package io.github.hibernateredis.session;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import java.time.Duration;
import java.util.function.Consumer;
import org.hibernate.ConnectionReleaseMode;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * The state of a session and its transaction, and its effect on reads. Changed under the lock of its
 * {@link SessionWrites}; any thread may read it.
 */
final class SessionState implements LoadPolicy.Reader {

    /** A session whose snapshot may have any age may have missed any write. */
    private static final long LONG_AGO_NANOS = Duration.ofDays(36_500).toNanos();

    private final SessionEnvironment environment;
    private final Participant participant;
    private final SharedSessionContractImplementor session;
    private final long createdAt = System.nanoTime();
    private volatile long openedAt = createdAt;
    private volatile long rowsMostAgeNanos;
    private volatile boolean joined;
    private volatile boolean registered;
    private volatile boolean completing;
    private volatile boolean written;
    private boolean listed;
    private final Runnable beforeCompletion;
    private final Consumer<Boolean> afterCompletion;

    /**
     * @param participant the session, as the rest of the instance sees it
     * @param beforeCompletion called before the commit of a transaction with which the session has registered itself
     * @param afterCompletion receives whether such a transaction was committed
     */
    SessionState(
            SessionEnvironment environment,
            Participant participant,
            SharedSessionContractImplementor session,
            Runnable beforeCompletion,
            Consumer<Boolean> afterCompletion) {
        this.environment = environment;
        this.participant = participant;
        this.session = session;
        this.beforeCompletion = beforeCompletion;
        this.afterCompletion = afterCompletion;
    }

    /**
     * When the session opened or its transaction began, {@link System#nanoTime()}. If its connection is kept between
     * transactions, when the last transaction ended.
     */
    long openedAt() {
        return openedAt;
    }

    /**
     * The earliest moment at which rows may have been current that the session stores in the cache. The ORM (6.6 to
     * 8.0) also takes rows from cached query results, and puts their natural ids and collections as if they were
     * loaded.
     */
    long readsRowsFrom() {
        return openedAt - rowsMostAgeNanos;
    }

    /** From now on the session may hold rows that were current so much earlier than it opened. */
    void mayTakeRows(long mostAgeNanos) {
        if (mostAgeNanos > rowsMostAgeNanos) {
            rowsMostAgeNanos = mostAgeNanos;
        }
    }

    /** The earliest moment at which the session may have read the row that it is writing now. */
    long readingSince() {
        return (mayReadOlderSnapshot() ? createdAt - LONG_AGO_NANOS : createdAt) - rowsMostAgeNanos;
    }

    boolean isInTransaction() {
        return session.isTransactionInProgress();
    }

    /** Whether repeated reads must return the same result, because they do so on the database. */
    boolean readsRepeatably() {
        return isInTransaction() && environment.readsRepeatably(session);
    }

    @Override
    public boolean readsCommitted() {
        return environment.readsCommitted(session);
    }

    /**
     * {@inheritDoc} If a session shares the transaction of another session, the ORM (6.6 to 8.0) does not report when
     * that transaction began.
     */
    @Override
    public boolean mayReadOlderSnapshot() {
        return !joined && readsRepeatably();
    }

    /**
     * {@inheritDoc} The ORM reports neither a stateless session's inserts (7.0 to 8.0) nor the writes of another
     * session in the same transaction. Another session that has written on the same thread, and has not ended, may
     * share the transaction.
     */
    @Override
    public boolean hearsOfRows() {
        return (!isInTransaction() || isNotifiedOfCompletion())
                && !environment.writers().isAnother(participant);
    }

    /**
     * {@inheritDoc} The ORM reports tables only if queries are cached. An inverse collection changes with rows that may
     * not be cached themselves.
     */
    @Override
    public boolean hearsOfTables() {
        return hearsOfRows() && (environment.tables() != null || !isInTransaction());
    }

    @Override
    public boolean hasWritten() {
        return written;
    }

    /** Whether the ORM reports the completion of its transaction to this session. */
    boolean isNotifiedOfCompletion() {
        return joined && !(session instanceof StatelessSession);
    }

    /**
     * Whether a write must be confirmed at once, because no call will precede the commit, or that call has been made
     * already.
     */
    boolean awaitsAtOnce() {
        return completing || !isNotifiedOfCompletion();
    }

    /**
     * Whether the session has ended, and the ORM will not report the end of its transaction. If it was closed within a
     * JTA transaction, or within that of the session whose connection it shares, the end is reported.
     */
    boolean isAbandoned() {
        if (!session.isClosed()) {
            return false;
        }
        boolean waiting = joined || registered;
        return !waiting
                || !session.getTransactionCoordinator()
                                .getTransactionCoordinatorBuilder()
                                .isJta()
                        && !session.getJdbcCoordinator().getLogicalConnection().isOpen();
    }

    /** @return whether it is the first write of the transaction */
    boolean writes() {
        written = true;
        if (listed || !isInTransaction()) {
            return false;
        }
        listed = true;
        environment.writers().add(participant);
        if (!isNotifiedOfCompletion()) {
            register();
        }
        return true;
    }

    void writesNoLonger() {
        written = false;
        if (listed) {
            listed = false;
            environment.writers().remove(participant);
        }
    }

    void joined() {
        completing = false;
        if (!keepsConnection()) {
            openedAt = System.nanoTime();
        }
        joined = true;
    }

    /**
     * Whether the session keeps its connection between transactions. Without auto-commit, a read between them may begin
     * the snapshot that the next transaction uses. So the stamp of the session is then that of the end of its last
     * transaction.
     */
    private boolean keepsConnection() {
        return session.getJdbcCoordinator()
                        .getLogicalConnection()
                        .getConnectionHandlingMode()
                        .getReleaseMode()
                == ConnectionReleaseMode.ON_CLOSE;
    }

    void completing() {
        completing = true;
    }

    void completed() {
        completing = false;
        writesNoLonger();
        joined = false;
        openedAt = System.nanoTime();
    }

    @Override
    public boolean hearsOfCompletion() {
        return isNotifiedOfCompletion() || register();
    }

    /** Registers with the transaction itself, if one is in progress. */
    private boolean register() {
        if (registered || !isInTransaction()) {
            return registered;
        }
        session.getTransactionCoordinator().getLocalSynchronizations().registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                beforeCompletion.run();
            }

            @Override
            public void afterCompletion(int status) {
                registered = false;
                afterCompletion.accept(status == Status.STATUS_COMMITTED);
            }
        });
        registered = true;
        return true;
    }
}
