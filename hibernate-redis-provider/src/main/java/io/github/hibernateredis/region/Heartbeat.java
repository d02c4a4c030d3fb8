package io.github.hibernateredis.region;

import io.github.hibernateredis.events.Pace;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The heartbeat of a started factory. About once a second it reads the newest stamps, so that idle instances stay
 * current. It also renews the leases of locks that are held for long, and sends pending invalidations.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(30);

    private final ScheduledThreadPoolExecutor executor;
    private final Pace warnings = new Pace(BETWEEN_WARNINGS, System::nanoTime);
    private final Runnable beat;
    private final AtomicBoolean soon = new AtomicBoolean();

    Heartbeat(Runnable beat) {
        this(beat, PERIOD);
    }

    Heartbeat(Runnable beat, Duration period) {
        this.beat = beat;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hibernate-redis-heartbeat");
            thread.setDaemon(true);
            // The thread must not keep the class loader of the application that happened to start it.
            thread.setContextClassLoader(Heartbeat.class.getClassLoader());
            return thread;
        });
        executor.scheduleWithFixedDelay(() -> run(beat), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Starts another heartbeat as soon as the current one, if any, has ended. Does not wait. */
    void beatSoon() {
        if (soon.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    soon.set(false);
                    run(beat);
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("The heartbeat has ended", e);
            }
        }
    }

    /** Any exception or error that escaped from here would silently end the schedule. */
    private void run(Runnable beat) {
        try {
            beat.run();
        } catch (Throwable e) {
            if (warnings.happened() > 0) {
                LOG.warn("A heartbeat failed; the next one follows in a second. Report this as a bug if it repeats", e);
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
