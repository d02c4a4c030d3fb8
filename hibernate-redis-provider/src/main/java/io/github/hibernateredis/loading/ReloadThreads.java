package io.github.hibernateredis.loading;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which a session factory reloads entries. There are none before the first reload, and a while after the
 * last.
 */
public final class ReloadThreads implements AutoCloseable {

    private static final int MOST_WAITING = 1000;
    private static final long IDLE_SECONDS = 10;
    private static final long AWAITED_SECONDS = 5;

    private final ThreadPoolExecutor executor;

    /** @param threads how many entries are reloaded at a time */
    public ReloadThreads(int threads) {
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        executor = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                work -> thread(work, application));
        executor.allowCoreThreadTimeOut(true);
    }

    /** What the reader's thread hands down, such as its tenant or its user, is not the reload's. */
    private static Thread thread(Runnable work, @Nullable ClassLoader application) {
        Thread thread = new Thread(null, work, "hibernate-redis-reload", 0, false);
        thread.setContextClassLoader(application); // since Java 19 it would be that of the system
        thread.setDaemon(true);
        return thread;
    }

    /** Whether another reload may wait. A reader asks first: a refusal by {@link #run} takes longer than its hit. */
    boolean hasRoom() {
        return !executor.isShutdown() && executor.getQueue().remainingCapacity() > 0;
    }

    /** Whether it will be run: not if too many wait, or the session factory is being closed. */
    boolean run(Runnable reload) {
        try {
            executor.execute(reload);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter: no more threads may be started
            return false;
        }
    }

    /**
     * Begins no more reloads, and waits for those that are under way: they need the connections that are about to be
     * closed.
     */
    @Override
    public void close() {
        executor.shutdown();
        executor.getQueue().clear();
        try {
            executor.awaitTermination(AWAITED_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
