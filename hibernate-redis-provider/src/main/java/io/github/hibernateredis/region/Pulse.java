package io.github.hibernateredis.region;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The heart-beat of a started factory: about once a second it brings the newest stamps here, so that idle nodes stay
 * current, renews the leases of what is held for long, and settles what is owed.
 */
final class Pulse implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    static final Duration PERIOD = Duration.ofSeconds(1);

    private final ScheduledThreadPoolExecutor executor;

    Pulse(Runnable beat) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hibernate-redis-pulse");
            thread.setDaemon(true);
            // A thread of ours must not keep the class loader of the application that happened to start it.
            thread.setContextClassLoader(Pulse.class.getClassLoader());
            return thread;
        });
        executor.scheduleWithFixedDelay(() -> run(beat), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void run(Runnable beat) {
        try {
            beat.run();
        } catch (RuntimeException e) {
            LOG.warn("A pulse failed; the next one follows", e); // an exception would end the schedule
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
