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
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Counts the statements and flushes of all sessions of a thread, because several sessions may share one connection on
 * one thread. An entry that was read ahead before a statement is older than the statement's result, since the statement
 * may have waited for a row lock.
 *
 * <p>It is the default of {@code hibernate.session.events.auto}. If the application sets its own listener there, a
 * counter is added to a session that reads ahead, and to the other open sessions of its thread. A session that opens
 * later counts as a statement, because a counter cannot be added to it yet.
 */
public final class StatementCounter implements SessionEventListener {

    private static final long serialVersionUID = 1L;

    /**
     * The counts of threads are so far apart that they never overlap, because a session may continue on another thread.
     */
    private static final int THREAD_SHIFT = 40;

    /** After this many sessions, the closed ones are removed. */
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

    /** Whether the ORM adds a counter to the sessions of a factory. Asked for each session. */
    private record Known(WeakReference<SessionFactoryImplementor> factory, boolean isCounted) {}

    private static volatile @Nullable Known lastAsked;

    private static final ThreadLocal<Count> COUNTS = ThreadLocal.withInitial(Count::new);

    /** Called by the ORM, once for each session. */
    public StatementCounter() {}

    /** Returns a number that changes with each statement on this thread and never equals that of another thread. */
    static long current() {
        return COUNTS.get().statements;
    }

    /** Counts an event on this thread that has the effect of a statement. */
    public static void count() {
        COUNTS.get().statements++;
    }

    /** A session has been opened on this thread. A listener cannot be added to it yet. */
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

    /** Counts the statements of the session from now on, and those of all open sessions on this thread. */
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
        SessionFactoryImplementor factory = session.getFactory();
        Known known = lastAsked;
        if (known == null || !known.factory.refersTo(factory)) {
            Object setting = factory.getProperties().get(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER);
            known = new Known(
                    new WeakReference<>(factory),
                    StatementCounter.class.getName().equals(setting));
            lastAsked = known;
        }
        return known.isCounted;
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
