package io.github.hibernateredis.near;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Sends the heartbeats of near caches: one request for all owners that are due, about every half lease of each. After a
 * start or a loss the next heartbeats follow sooner: the first one subscribes, and the next one counts.
 */
final class NearHeartbeat implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final long LEAST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long HASTE_MILLIS = 25;
    private static final int HASTY_BEATS = 8;

    /**
     * If the flag expires early, hits are lost. If it outlives its listeners, messages are published that no instance
     * receives.
     */
    private static final int LEASES_OF_FLAG = 10;

    private static final Duration LEAST_FLAG = Duration.ofSeconds(5);

    private final Supplier<? extends Collection<? extends Follower>> followers;
    private final BiFunction<List<String>, Duration, CompletableFuture<Void>> request;
    private final ScheduledThreadPoolExecutor executor;
    private final Map<String, Long> dueAt = new HashMap<>(); // used by the heartbeat thread only
    private final AtomicInteger haste = new AtomicInteger();
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null); // used by that thread

    /** @param request sends a heartbeat of these owners, with the time for which invalidations are to be published */
    NearHeartbeat(
            Supplier<? extends Collection<? extends Follower>> followers,
            BiFunction<List<String>, Duration, CompletableFuture<Void>> request) {
        this.followers = followers;
        this.request = request;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hibernate-redis-near");
            thread.setDaemon(true);
            // The thread must not keep the class loader of the application that happened to start it.
            thread.setContextClassLoader(NearHeartbeat.class.getClassLoader());
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Starts the heartbeats. Called once. */
    void start() {
        hurry();
        schedule(this::run, 0);
    }

    /** Requests early heartbeats, because something was lost or is new. Does not wait. */
    void hurry() {
        if (haste.getAndSet(HASTY_BEATS) == 0) {
            schedule(() -> beat(true), TimeUnit.MILLISECONDS.toNanos(HASTE_MILLIS));
        }
    }

    private void schedule(Runnable task, long nanos) {
        try {
            executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("The near heartbeat has ended", e);
        }
    }

    private void run() {
        beat(false);
        long period = followers.get().stream()
                .mapToLong(follower -> follower.leaseNanos() / 4)
                .min()
                .orElse(TimeUnit.SECONDS.toNanos(1) / 4);
        schedule(this::run, Math.max(LEAST_PERIOD_NANOS, period));
    }

    /** An exception thrown from here would end the schedule. */
    private void beat(boolean all) {
        try {
            send(all);
        } catch (RuntimeException | Error e) {
            LOG.debug("A near heartbeat failed; the next one follows", e);
        }
        if (all && haste.get() > 0 && haste.decrementAndGet() > 0) {
            boolean isEnough =
                    followers.get().stream().filter(Follower::isFollowing).allMatch(Follower::isLeased);
            if (isEnough) {
                haste.set(0);
            } else {
                schedule(() -> beat(true), TimeUnit.MILLISECONDS.toNanos(HASTE_MILLIS));
            }
        }
    }

    private void send(boolean all) {
        if (!underWay.isDone()) {
            return;
        }
        long now = System.nanoTime();
        List<String> due = new ArrayList<>();
        long longest = 0;
        for (Follower follower : followers.get()) {
            if (!follower.isFollowing()) {
                continue;
            }
            long period = follower.leaseNanos() / 2;
            Long at = dueAt.get(follower.name());
            boolean isDue = at == null || now - at >= 0;
            if (all ? isDue || !follower.isLeased() : isDue) {
                due.add(follower.name());
                dueAt.put(follower.name(), now + period - follower.leaseNanos() / 8);
                longest = Math.max(longest, follower.leaseNanos());
                follower.forgetAbandoned();
            }
        }
        if (!due.isEmpty()) {
            Duration flag = Duration.ofNanos(longest).multipliedBy(LEASES_OF_FLAG);
            underWay = request.apply(due, flag.compareTo(LEAST_FLAG) < 0 ? LEAST_FLAG : flag);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
