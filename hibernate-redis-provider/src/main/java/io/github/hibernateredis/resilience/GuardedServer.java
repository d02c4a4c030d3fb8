package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.UnavailableException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One server: its circuit breaker, its places, and what its answers show about it. Thread safe. */
final class GuardedServer implements GuardedRequest.Observer, CircuitBreaker.Listener {

    /** The state that all servers of a cache share. */
    interface Owner {

        /** The {@link System#nanoTime()}. */
        long nanoTime();

        long timeoutNanos();

        Deadlines deadlines();

        /** Whether this failure of a request is an error reply of the server. */
        boolean isRefusal(Throwable failure);

        /** A request has reached a server, or there is no connection to any server. */
        void connected(boolean isConnected);

        /** A heartbeat would show whether the server answers. */
        void wantHeartbeat();

        /** @param failure why the breaker opened; null if it did not open */
        void breakerChanged(@Nullable Throwable failure);
    }

    /** A server without a request for this time does not belong to the cache any more: heartbeats ask every second. */
    private static final long FORGOTTEN_AFTER_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long USE_GRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Owner client;
    private final CacheListener events;
    private final CircuitBreaker breaker;
    private final UnavailableException unavailable;
    private final AtomicBoolean refusesWrites = new AtomicBoolean();
    private volatile Bulkhead bulkhead;
    private volatile long lastUsedAt;

    GuardedServer(String name, Owner client, CacheListener events) {
        this.name = name;
        this.client = client;
        this.events = events;
        this.unavailable =
                new UnavailableException(name.isEmpty() ? "Redis does not answer" : "Redis does not answer at " + name);
        this.bulkhead = new Bulkhead(client.timeoutNanos());
        this.lastUsedAt = client.nanoTime();
        this.breaker = new CircuitBreaker(this, client.timeoutNanos(), lastUsedAt);
    }

    String name() {
        return name;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    Bulkhead bulkhead() {
        return bulkhead;
    }

    /**
     * Sends the request if the breaker allows it. If it does not, a limited number of writes are sent anyway, and no
     * caller waits for them: the cause may be a slow JVM here, and other instances would otherwise keep reading what
     * the write drops.
     */
    <T extends @Nullable Object> CompletableFuture<T> send(
            RequestKind kind, Supplier<CompletableFuture<T>> sender, boolean anyway) {
        if (anyway || breaker.isClosed()) {
            GuardedRequest<T> request = request(kind, sender, false, false);
            bulkhead.send(request);
            if (!anyway && breaker.state() == BreakerState.OPEN) {
                request.fail(unavailable); // the breaker has opened after the check
            }
            return request.answer();
        }
        if (kind == RequestKind.HEARTBEAT && breaker.tryProbe(client.nanoTime())) {
            GuardedRequest<T> probe = request(kind, sender, true, false);
            bulkhead.send(probe);
            return probe.answer();
        }
        Bulkhead current = bulkhead;
        if (kind == RequestKind.WRITE && current.tryUnheeded()) {
            current.send(request(kind, sender, false, true));
        }
        events.request(kind, RequestOutcome.UNAVAILABLE, 0);
        return CompletableFuture.failedFuture(unavailable);
    }

    private <T extends @Nullable Object> GuardedRequest<T> request(
            RequestKind kind, Supplier<CompletableFuture<T>> sender, boolean probe, boolean unheeded) {
        GuardedRequest<T> request = new GuardedRequest<>(kind, sender, this, probe, unheeded);
        if (request.since() - lastUsedAt > USE_GRAIN_NANOS) {
            lastUsedAt = request.since();
        }
        return request;
    }

    /** Whether there was no heartbeat to this server for long: it has left the cluster. */
    boolean isForgotten(long now) {
        return now - lastUsedAt > FORGOTTEN_AFTER_NANOS;
    }

    @Override
    public long nanoTime() {
        return client.nanoTime();
    }

    @Override
    public void underWay(GuardedRequest<?> request) {
        client.deadlines().watch(request);
    }

    /** Called even for late answers, for which no caller waits any more. */
    @Override
    public void clientEnded(GuardedRequest<?> request, @Nullable Throwable failure) {
        long now = client.nanoTime();
        if (failure == null || client.isRefusal(failure)) {
            client.connected(true);
            breaker.answered(request.isProbe(), now);
            if (request.kind() == RequestKind.HEARTBEAT) {
                tellOfRefusals(failure);
            }
        } else if (cause(failure) instanceof NotConnectedException) {
            client.connected(false);
            if (request.isProbe()) {
                breaker.unanswered(true, request.since(), request.awaitedSince(), now, failure);
            } // otherwise this says nothing about the server
        } else if (!request.isOver()) {
            breaker.unanswered(request.isProbe(), request.since(), request.awaitedSince(), now, cause(failure));
        }
    }

    private void tellOfRefusals(@Nullable Throwable refusal) {
        if (refusal == null) {
            if (refusesWrites.get() && refusesWrites.compareAndSet(true, false)) {
                events.writesAccepted();
            }
        } else if (refusesWrites.compareAndSet(false, true)) {
            events.writesRefused(cause(refusal));
        }
    }

    @Override
    public void callerNotified(GuardedRequest<?> request, @Nullable Throwable failure) {
        if (!request.isUnheeded()) {
            long nanos = request.hasLeft() ? client.nanoTime() - request.since() : 0;
            events.request(request.kind(), outcome(failure), nanos);
        }
    }

    private RequestOutcome outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return RequestOutcome.ANSWERED;
        }
        Throwable cause = cause(failure);
        if (cause instanceof TimeoutException) {
            return RequestOutcome.TIMED_OUT;
        }
        if (cause instanceof OverloadedException) {
            return RequestOutcome.OVERLOADED;
        }
        if (cause instanceof UnavailableException) {
            return RequestOutcome.UNAVAILABLE;
        }
        return client.isRefusal(cause) ? RequestOutcome.REFUSED : RequestOutcome.FAILED;
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void late(GuardedRequest<?> request, long now) {
        TimeoutException failure = new TimeoutException("no answer from " + (name.isEmpty() ? "Redis" : name)
                + " within " + TimeUnit.NANOSECONDS.toMillis(client.timeoutNanos()) + " ms");
        if (request.isProbe() || client.deadlines().isSilence()) {
            breaker.unanswered(request.isProbe(), request.since(), request.awaitedSince(), now, failure);
        }
        request.fail(failure);
    }

    @Override
    public void suspected() {
        client.wantHeartbeat();
    }

    @Override
    public void changed(BreakerState to, @Nullable Throwable failure) {
        if (to == BreakerState.OPEN) {
            client.breakerChanged(failure);
            client.deadlines().failAll(this, unavailable);
            bulkhead.failWaiting(unavailable);
        } else if (to == BreakerState.CLOSED) {
            Bulkhead former = bulkhead;
            bulkhead =
                    new Bulkhead(client.timeoutNanos()); // requests that the client lost in the outage take no places
            former.close(unavailable); // and the waiting ones do not overtake new ones
            client.breakerChanged(null);
            client.wantHeartbeat();
        } else {
            client.breakerChanged(null);
        }
    }

    ResilienceStatus.Server status(long now) {
        Throwable reason = breaker.reason();
        return new ResilienceStatus.Server(
                name,
                breaker.state(),
                Instant.now().minusNanos(now - breaker.changedAt()),
                reason == null ? null : reason.toString(),
                bulkhead.underWay(),
                bulkhead.waiting());
    }
}
