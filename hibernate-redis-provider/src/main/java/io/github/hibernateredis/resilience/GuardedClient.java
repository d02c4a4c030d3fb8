package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RequestGuard;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Controls every request to Redis: whether it is sent, when it is sent, and how long its answer may take. One object
 * serves all stores of one cache. Thread safe.
 *
 * <p>The timeout starts when a request is sent. Before that it may have to wait for a place in its server's
 * {@link Bulkhead}: a read or a put up to one timeout, a write up to {@value Bulkhead#TIMEOUTS_OF_A_WRITE}. A request
 * that gets no place fails with an {@link io.github.hibernateredis.store.OverloadedException}, which says nothing about
 * the server's health.
 *
 * <p>Each server has its own {@link CircuitBreaker}: if one of several servers is silent, only the entries on that
 * server are bypassed. When a breaker opens, the requests in progress to its server fail, and later ones fail at once.
 * Only heartbeats test whether the server answers again. The listeners for the cache's events see one breaker: it is
 * open as long as one of these is open.
 */
public final class GuardedClient implements RequestGuard, AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private final long timeoutNanos;
    private final Predicate<Throwable> refusals;
    private final CacheListener events;
    private final LongSupplier nanoTime;
    private final Deadlines deadlines;
    private final Map<String, GuardedServer> servers = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor ticker;
    private final Object breakerLock = new Object();
    private BreakerState toldState = BreakerState.CLOSED;
    private volatile boolean allOut;
    /** Null until a request has shown whether there is a connection. */
    private volatile @Nullable Boolean connected;

    private volatile boolean lastAttempts;
    private volatile Runnable onHeartbeatWanted = () -> {};

    /**
     * @param timeout how long the answer to a request may take
     * @param isRefusal whether this failure of a request is an error reply of the server
     * @param events receives the requests, the states of the circuit breaker and the refused writes
     * @param afterReading runs a task after the client's I/O threads have read everything that had arrived; the time
     *     until then counts for no request
     */
    public GuardedClient(
            Duration timeout, Predicate<Throwable> isRefusal, CacheListener events, Consumer<Runnable> afterReading) {
        this(timeout, isRefusal, events, afterReading, System::nanoTime);
        ticker.scheduleWithFixedDelay(this::tick, deadlines.tickNanos(), deadlines.tickNanos(), TimeUnit.NANOSECONDS);
    }

    /** Creates a client without a thread: the caller must call {@link #tick}. */
    GuardedClient(
            Duration timeout,
            Predicate<Throwable> isRefusal,
            CacheListener events,
            Consumer<Runnable> afterReading,
            LongSupplier nanoTime) {
        this.timeoutNanos = timeout.toNanos();
        this.refusals = isRefusal;
        this.events = events;
        this.nanoTime = nanoTime;
        this.deadlines = new Deadlines(timeoutNanos, afterReading, nanoTime.getAsLong());
        this.ticker = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hibernate-redis-timeouts");
            thread.setDaemon(true);
            // The thread must not keep the class loader of the application that happened to start it.
            thread.setContextClassLoader(GuardedClient.class.getClassLoader());
            return thread;
        });
    }

    /**
     * @param listener called, on a thread that must not block, when a heartbeat would help: a silent server has
     *     answered, or an answering server has become silent
     */
    void onHeartbeatWanted(Runnable listener) {
        onHeartbeatWanted = listener;
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> send(
            RequestKind kind, String server, Supplier<CompletableFuture<T>> request) {
        return server(server).send(kind, request, lastAttempts);
    }

    /**
     * Reports that bytes have come from a server, so that it does not count as silent even if its reply is slow.
     * Optional: without this call only complete replies count, and an instance that reads long values with a short
     * timeout may see an outage.
     *
     * @param address the server's address, which is its name in a cluster; elsewhere there is only one server
     */
    public void heard(String address) {
        GuardedServer known = servers.get(address);
        if (known == null) {
            known = servers.get("");
        }
        if (known != null) {
            known.breaker().heard(nanoTime.getAsLong());
        }
    }

    private GuardedServer server(String name) {
        GuardedServer known = servers.get(name);
        if (known != null) {
            return known;
        }
        GuardedServer made = servers.computeIfAbsent(name, unknown -> new GuardedServer(unknown, new Owner(), events));
        breakerChanged(null);
        return made;
    }

    /** Sends everything from now on, whatever the state of the servers: this is the last chance. */
    void tryLastTime() {
        lastAttempts = true;
        allOut = false;
    }

    /** Why no request may be sent to any server; null if requests may be sent. */
    @Nullable
    BypassReason bypassed() {
        if (Boolean.FALSE.equals(connected)) {
            return BypassReason.NOT_CONNECTED;
        }
        return allOut ? BypassReason.OUTAGE : null;
    }

    /** Returns the state, without that of the regions. */
    public ResilienceStatus status() {
        return status(List.of(), Map.of());
    }

    ResilienceStatus status(Collection<String> pendingInvalidations, Map<String, BypassReason> bypassed) {
        long now = nanoTime.getAsLong();
        return new ResilienceStatus(
                Boolean.TRUE.equals(connected),
                servers.values().stream()
                        .map(server -> server.status(now))
                        .sorted(Comparator.comparing(ResilienceStatus.Server::name))
                        .toList(),
                pendingInvalidations.stream().sorted().toList(),
                bypassed);
    }

    void tick() {
        try {
            long now = nanoTime.getAsLong();
            deadlines.tick(now);
            for (GuardedServer server : servers.values()) {
                server.bulkhead().tick(now);
                if (server.isForgotten(now) && servers.remove(server.name(), server)) {
                    breakerChanged(null);
                }
            }
        } catch (RuntimeException | Error e) { // it would end the schedule, and with it every timeout
            LOG.error("Requests could not be checked for timeouts; the next check follows in a few milliseconds", e);
        }
    }

    /** The client as the servers see it. */
    private final class Owner implements GuardedServer.Owner {

        @Override
        public long nanoTime() {
            return nanoTime.getAsLong();
        }

        @Override
        public long timeoutNanos() {
            return timeoutNanos;
        }

        @Override
        public Deadlines deadlines() {
            return deadlines;
        }

        @Override
        public boolean isRefusal(Throwable failure) {
            return refusals.test(failure);
        }

        @Override
        public void connected(boolean isConnected) {
            Boolean known = connected;
            if (known == null || known != isConnected) {
                connected = isConnected;
            }
        }

        @Override
        public void wantHeartbeat() {
            onHeartbeatWanted.run();
        }

        @Override
        public void breakerChanged(@Nullable Throwable failure) {
            GuardedClient.this.breakerChanged(failure);
        }
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    /** A breaker has changed its state, or a breaker was added or removed. */
    void breakerChanged(@Nullable Throwable failure) {
        synchronized (breakerLock) { // so the last event shows the current state
            BreakerState worst = BreakerState.CLOSED;
            boolean anyClosed = servers.isEmpty();
            for (GuardedServer server : servers.values()) {
                worst = ResilienceStatus.worse(worst, server.breaker().state());
                anyClosed |= server.breaker().isClosed();
            }
            allOut = !anyClosed && !lastAttempts;
            BreakerState before = toldState;
            if (worst != before) {
                toldState = worst;
                events.breakerChanged(before, worst, failure);
            }
        }
    }

    /** Ends the thread. The requests in progress do not time out after this. */
    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
