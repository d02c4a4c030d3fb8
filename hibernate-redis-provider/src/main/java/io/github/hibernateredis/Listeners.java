package io.github.hibernateredis;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Passes every event on to any number of listeners. What one throws is logged once, and dropped. Thread safe. */
final class Listeners implements CacheListener {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private final List<CacheListener> listeners;
    private volatile boolean logged;

    Listeners(List<CacheListener> listeners) {
        this.listeners = new CopyOnWriteArrayList<>(listeners);
    }

    void add(CacheListener listener) {
        listeners.add(listener);
    }

    void remove(CacheListener listener) {
        listeners.removeIf(known -> known == listener);
    }

    private void each(Consumer<CacheListener> event) {
        for (CacheListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | LinkageError e) {
                if (!logged) {
                    logged = true;
                    LOG.warnf(
                            e,
                            "The cache listener %s failed, and misses events. Correct it; later failures are not logged",
                            listener.getClass().getName());
                }
            }
        }
    }

    @Override
    public void hit(String region) {
        each(listener -> listener.hit(region));
    }

    @Override
    public void miss(String region, MissReason reason) {
        each(listener -> listener.miss(region, reason));
    }

    @Override
    public void bypassed(String region, BypassReason reason) {
        each(listener -> listener.bypassed(region, reason));
    }

    @Override
    public void put(String region, PutOutcome outcome) {
        each(listener -> listener.put(region, outcome));
    }

    @Override
    public void evicted(String region) {
        each(listener -> listener.evicted(region));
    }

    @Override
    public void cleared(String region) {
        each(listener -> listener.cleared(region));
    }

    @Override
    public void decodeFailed(String region, String key) {
        each(listener -> listener.decodeFailed(region, key));
    }

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        each(listener -> listener.invalidationPending(owner, operation, failure));
    }

    @Override
    public void invalidationFlushed(String owner) {
        each(listener -> listener.invalidationFlushed(owner));
    }

    @Override
    public void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        each(listener -> listener.breakerChanged(from, to, failure));
    }

    @Override
    public void writesRefused(Throwable refusal) {
        each(listener -> listener.writesRefused(refusal));
    }

    @Override
    public void writesAccepted() {
        each(CacheListener::writesAccepted);
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        each(listener -> listener.request(kind, outcome, nanos));
    }

    @Override
    public void heartbeat(long nanos, boolean late) {
        each(listener -> listener.heartbeat(nanos, late));
    }
}
