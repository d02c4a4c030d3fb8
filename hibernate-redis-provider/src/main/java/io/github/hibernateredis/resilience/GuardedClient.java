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
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of every request to Redis: whether it is worth sending, when it is sent, and how long its answer may take. One for
 * all stores of one cache. Thread safe.
 *
 * <p>The timeout runs from when a request leaves. Before that it may have to wait for a place in its server's
 * {@link Bulkhead}: a read or a put up to a timeout, a write up to {@value Bulkhead#TIMEOUTS_OF_A_WRITE}. What finds none
 * fails with an {@link io.github.hibernateredis.store.OverloadedException}, which says nothing of the server's health.
 *
 * <p>Each server has a {@link CircuitBreaker} of its own: where one of several servers is silent, what lives there is bypassed,
 * and nothing else. When a breaker opens, nobody waits any longer for the answers of its server, and requests to it fail at
 * once. Only heartbeats try whether it answers again. Listeners of the cache's events are told of one breaker: it is open as
 * long as one of these is.
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
    /** Null as long as no request has shown whether there is a connection. */
    private volatile @Nullable Boolean connected;

    private volatile boolean lastAttempts;
    private volatile Runnable onHeartbeatWanted = () -> {};

    /**
     * @param timeout how long the answer to a request may take
     * @param isRefusal whether a request that failed so was answered after all, by a refusal
     * @param events is told of requests, of the circuit breaker and of refused writes
     */
    public GuardedClient(Duration timeout, Predicate<Throwable> isRefusal, CacheListener events) {
        this(timeout, isRefusal, events, System::nanoTime);
        ticker.scheduleWithFixedDelay(this::tick, deadlines.tickNanos(), deadlines.tickNanos(), TimeUnit.NANOSECONDS);
    }

    /** Without a thread of its own: {@link #tick} is the caller's to call. */
    GuardedClient(Duration timeout, Predicate<Throwable> isRefusal, CacheListener events, LongSupplier nanoTime) {
        this.timeoutNanos = timeout.toNanos();
        this.refusals = isRefusal;
        this.events = events;
        this.nanoTime = nanoTime;
        this.deadlines = new Deadlines(timeoutNanos, nanoTime.getAsLong());
        this.ticker = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hibernate-redis-timeouts");
            thread.setDaemon(true);
            // A thread of ours must not keep the class loader of the application that happened to start it.
            thread.setContextClassLoader(GuardedClient.class.getClassLoader());
            return thread;
        });
    }

    /** @param listener is told, on a thread that must not be kept waiting, when a heartbeat would help: a server that was
     *     silent has answered, or one that answered is silent
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
     * Bytes have come from a server: whatever it is slow with, it is not silent. For clients that can tell; without it only whole
     * answers count, and an instance that reads long values with little time may take that for an outage.
     *
     * @param address the server's address, which is its name in a cluster; elsewhere the only server is meant
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

    /** From now on everything is sent, whatever may be known: there will be no other time. */
    void tryLastTime() {
        lastAttempts = true;
        allOut = false;
    }

    /** Why nothing is to be asked of any server, or null. */
    @Nullable
    BypassReason bypassed() {
        if (Boolean.FALSE.equals(connected)) {
            return BypassReason.NOT_CONNECTED;
        }
        return allOut ? BypassReason.OUTAGE : null;
    }

    /** The state without that of the regions. */
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
        } catch (RuntimeException | Error e) { // it would silently end the schedule, and with it every timeout
            LOG.error("A timeout could not be handled; the next look follows", e);
        }
    }

    /** As the servers see it. */
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

    /** One of the breakers has changed, or there is one more or less. */
    void breakerChanged(@Nullable Throwable failure) {
        synchronized (breakerLock) { // what is told last is what is so
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

    /** Ends the thread. What is under way then does not fail any more. */
    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
