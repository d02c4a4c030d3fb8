package io.github.hibernateredis.readahead;

import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.SessionEventListener;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.jdbc.spi.JdbcCoordinator;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * Counts the statements and flushes of the sessions of a thread: several may share one connection, and do so on one thread. What
 * was read ahead before one of them is older than what that statement reads, since it may have waited for a row lock.
 *
 * <p>It is the default of {@code hibernate.session.events.auto}. Where the application names a listener of its own there, each
 * session that reads ahead gets one of these.
 */
public final class StatementCounter implements SessionEventListener {

    private static final long serialVersionUID = 1L;

    /** The counts of threads are so far apart that none equals another thread's: a session may go on there. */
    private static final int THREAD_SHIFT = 40;

    private static final AtomicLong THREADS = new AtomicLong();

    private static final class Count {
        private long statements = THREADS.getAndIncrement() << THREAD_SHIFT;
    }

    private static final ThreadLocal<Count> COUNTS = ThreadLocal.withInitial(Count::new);

    /** For the ORM, which makes one for each session. */
    public StatementCounter() {}

    /** A number that changes with each statement on this thread, and is no other thread's. */
    static long current() {
        return COUNTS.get().statements;
    }

    /** Something is about to happen on this thread that counts as a statement. */
    public static void count() {
        COUNTS.get().statements++;
    }

    /** Sees to it that the session's statements are counted. */
    public static void countFor(SharedSessionContractImplementor session) {
        Object setting = session.getFactory().getProperties().get(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER);
        if (!StatementCounter.class.getName().equals(setting)) {
            SessionEventListener counter = new StatementCounter();
            session.getEventListenerManager().addListener(counter);
            JdbcCoordinator coordinator = session.getJdbcCoordinator();
            if (coordinator.getJdbcSessionOwner() instanceof SharedSessionContractImplementor owner
                    && owner != session) {
                owner.getEventListenerManager().addListener(counter);
            }
        }
    }

    @Override
    public void jdbcPrepareStatementStart() {
        count();
    }

    @Override
    public void jdbcExecuteStatementStart() {
        count();
    }

    @Override
    public void jdbcExecuteBatchStart() {
        count();
    }

    @Override
    public void flushStart() {
        count();
    }

    @Override
    public void partialFlushStart() {
        count();
    }
}
