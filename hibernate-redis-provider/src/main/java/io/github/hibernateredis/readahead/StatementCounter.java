package io.github.hibernateredis.readahead;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.hibernate.SessionEventListener;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.jdbc.spi.JdbcCoordinator;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * Counts the statements and flushes of the sessions of a thread: several may share one connection, and do so on one thread. What
 * was read ahead before one of them is older than what that statement reads, since it may have waited for a row lock.
 *
 * <p>It is the default of {@code hibernate.session.events.auto}. Where the application names its own listener there, a session
 * that reads ahead gets one of these, as do the other sessions that its thread has open then. One that opens later counts as a
 * statement: it cannot be given one yet.
 */
public final class StatementCounter implements SessionEventListener {

    private static final long serialVersionUID = 1L;

    /** The counts of threads are so far apart that none equals another thread's: a session may go on there. */
    private static final int THREAD_SHIFT = 40;

    /** So many sessions are remembered before those that are closed are forgotten. */
    private static final int MANY_SESSIONS = 64;

    private static final AtomicLong THREADS = new AtomicLong();

    private static final class Count {
        private long statements = THREADS.getAndIncrement() << THREAD_SHIFT;
        private final List<WeakReference<SharedSessionContractImplementor>> uncounted = new ArrayList<>();

        private Stream<SharedSessionContractImplementor> open() {
            return uncounted.stream()
                    .map(WeakReference::get)
                    .filter(session -> session != null && !session.isClosed())
                    .map(Objects::requireNonNull);
        }
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

    /** A session has been opened on this thread. It is not ready to be listened to. */
    public static void opened(SharedSessionContractImplementor session) {
        if (isCounted(session)) {
            return;
        }
        Count count = COUNTS.get();
        count.statements++;
        if (count.uncounted.size() >= MANY_SESSIONS) {
            List<SharedSessionContractImplementor> open = count.open().toList();
            count.uncounted.clear();
            open.forEach(one -> count.uncounted.add(new WeakReference<>(one)));
        }
        count.uncounted.add(new WeakReference<>(session));
    }

    /** Has the statements of the session counted, and those of all sessions that are open on this thread. */
    public static void countFor(SharedSessionContractImplementor session) {
        if (isCounted(session)) {
            return;
        }
        Count count = COUNTS.get();
        count.open().filter(open -> open != session).forEach(StatementCounter::listenTo);
        count.uncounted.clear();
        listenTo(session);
    }

    private static boolean isCounted(SharedSessionContractImplementor session) {
        Object setting = session.getFactory().getProperties().get(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER);
        return StatementCounter.class.getName().equals(setting);
    }

    private static void listenTo(SharedSessionContractImplementor session) {
        SessionEventListener counter = new StatementCounter();
        session.getEventListenerManager().addListener(counter);
        JdbcCoordinator coordinator = session.getJdbcCoordinator();
        if (coordinator.getJdbcSessionOwner() instanceof SharedSessionContractImplementor owner && owner != session) {
            owner.getEventListenerManager().addListener(counter);
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
