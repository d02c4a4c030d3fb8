package io.github.hibernateredis.access;

import org.hibernate.SessionEventListener;

/**
 * Counts the SQL statements that the sessions of each thread run. Sessions that share a connection do so on one thread. Counts
 * for its own thread only, and so needs no synchronization.
 *
 * <p>Public, with a public constructor, since the ORM makes one for every session. SQL that runs through
 * {@code Session.doWork} is not told to anybody.
 */
public final class StatementCounter implements SessionEventListener {

    private static final long serialVersionUID = 1L;

    /** An array, since a class of ours would keep the application's class loader alive in the threads of a container. */
    private static final ThreadLocal<long[]> COUNTS = ThreadLocal.withInitial(() -> new long[1]);

    /** For the ORM. */
    public StatementCounter() {}

    /** A moment between two statements of a thread. */
    record Moment(long thread, long statements) {

        static Moment now() {
            return new Moment(Thread.currentThread().getId(), COUNTS.get()[0]);
        }
    }

    private static void count() {
        COUNTS.get()[0]++;
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
}
