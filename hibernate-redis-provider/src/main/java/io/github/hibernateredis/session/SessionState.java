package io.github.hibernateredis.session;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import java.time.Duration;
import java.util.function.Consumer;
import org.hibernate.ConnectionReleaseMode;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * Where a session is in its life and in its transaction, and what that means for what it reads. Changed under the lock of its
 * {@link SessionContext}; read by anyone.
 */
final class SessionState implements LoadPolicy.Reader {

    /** A session whose snapshot may be of any age has missed every write that there ever was. */
    private static final long LONG_AGO_NANOS = Duration.ofDays(36_500).toNanos();

    private final SessionEnvironment environment;
    private final Participant participant;
    private final SharedSessionContractImplementor session;
    private final long bornAt = System.nanoTime();
    private volatile long openedAt = bornAt;
    private volatile boolean joined;
    private volatile boolean registered;
    private volatile boolean completing;
    private volatile boolean written;
    private boolean listed;
    private final Runnable beforeCompletion;
    private final Consumer<Boolean> afterCompletion;

    /**
     * @param participant the session, for the rest of the instance
     * @param beforeCompletion is run before a transaction commits with which the session has registered itself
     * @param afterCompletion is told whether such a transaction was committed
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
     * When the session opened or its transaction began, {@link System#nanoTime()}; or, if its connection is kept between
     * transactions, when the one before was over.
     */
    long openedAt() {
        return openedAt;
    }

    /** The moment from which on the session may have read what it is writing now. */
    long readingSince() {
        return mayReadOlderSnapshot() ? bornAt - LONG_AGO_NANOS : bornAt;
    }

    boolean isInTransaction() {
        return session.isTransactionInProgress();
    }

    /** Whether what the session reads twice must stay the same, because it does so on the database. */
    boolean readsRepeatably() {
        return isInTransaction() && environment.readsRepeatably(session);
    }

    @Override
    public boolean readsCommitted() {
        return environment.readsCommitted(session);
    }

    /**
     * {@inheritDoc} The ORM (6.6 to 8.0) does not tell a session that shares the transaction of another one when that
     * transaction began.
     */
    @Override
    public boolean mayReadOlderSnapshot() {
        return !joined && readsRepeatably();
    }

    /**
     * {@inheritDoc} The ORM tells neither of a stateless session's inserts (7.0 to 8.0) nor of what another session writes in
     * the same transaction: one that has written on the same thread and is not through may well share it.
     */
    @Override
    public boolean hearsOfRows() {
        return (!isInTransaction() || isToldOfCompletion())
                && !environment.writers().isAnother(participant);
    }

    /**
     * {@inheritDoc} The ORM tells of tables only if queries are cached. An inverse collection changes with rows that may not be
     * cached themselves.
     */
    @Override
    public boolean hearsOfTables() {
        return hearsOfRows() && (environment.tables() != null || !isInTransaction());
    }

    @Override
    public boolean hasWritten() {
        return written;
    }

    /** Whether the ORM tells this session of its transaction's completion. */
    boolean isToldOfCompletion() {
        return joined && !(session instanceof StatelessSession);
    }

    /** Whether a write must be confirmed at once: there will be no call before the commit, or there has been one already. */
    boolean awaitsAtOnce() {
        return completing || !isToldOfCompletion();
    }

    /**
     * Whether the session has ended and will not hear of the end of its transaction. One that was closed within a JTA
     * transaction, or that of the session whose connection it shares, will.
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
        if (!isToldOfCompletion()) {
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
        return isToldOfCompletion() || register();
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
