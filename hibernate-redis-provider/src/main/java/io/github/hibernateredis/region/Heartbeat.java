package io.github.hibernateredis.region;

import io.github.hibernateredis.events.Pace;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The heartbeat of a started factory: about once a second it brings the newest stamps here, so that idle instances stay
 * current, renews the leases of what is held for long, and flushes pending invalidations.
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
            // A thread of ours must not keep the class loader of the application that happened to start it.
            thread.setContextClassLoader(Heartbeat.class.getClassLoader());
            return thread;
        });
        executor.scheduleWithFixedDelay(() -> run(beat), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One more beat, as soon as the one that may be going on is through. Does not wait. */
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

    /** Whatever were thrown from here, an error included, would silently end the schedule. */
    private void run(Runnable beat) {
        try {
            beat.run();
        } catch (Throwable e) {
            if (warnings.happened() > 0) {
                LOG.warn("A heartbeat failed; the next one follows", e);
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
