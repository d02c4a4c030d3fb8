package io.github.hibernateredis.events;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes every event to all listeners. An exception from a listener is logged once for each class and then ignored.
 * Thread safe.
 */
public final class CacheEvents implements CacheListener {

    private final OnceWarnings failed = new OnceWarnings();
    private volatile CacheListener[] listeners;

    /** @param listeners the first listeners */
    public CacheEvents(List<? extends CacheListener> listeners) {
        this.listeners = listeners.toArray(CacheListener[]::new);
    }

    /** Adds a listener for later events, after the existing ones. */
    public synchronized void add(CacheListener listener) {
        CacheListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[listeners.length] = listener;
        listeners = more;
    }

    /** Removes that listener, compared by identity. It receives no later events. */
    public synchronized void remove(CacheListener listener) {
        listeners = Arrays.stream(listeners).filter(each -> each != listener).toArray(CacheListener[]::new);
    }

    private void publish(Consumer<CacheListener> event) {
        for (CacheListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                String name = listener.getClass().getName();
                if (failed.isNew(name)) {
                    LogMessage.LISTENER_FAILED.logWith(e, name);
                }
            }
        }
    }

    @Override
    public void hit(String region) {
        publish(listener -> listener.hit(region));
    }

    @Override
    public void nearHit(String region) {
        publish(listener -> listener.nearHit(region));
    }

    @Override
    public void miss(String region, MissReason reason) {
        publish(listener -> listener.miss(region, reason));
    }

    @Override
    public void bypassed(String region, BypassReason reason) {
        publish(listener -> listener.bypassed(region, reason));
    }

    @Override
    public void put(String region, PutOutcome outcome) {
        publish(listener -> listener.put(region, outcome));
    }

    @Override
    public void loadAwaited(String region, LoadWait outcome, long nanos) {
        publish(listener -> listener.loadAwaited(region, outcome, nanos));
    }

    @Override
    public void staleHit(String region) {
        publish(listener -> listener.staleHit(region));
    }

    @Override
    public void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {
        publish(listener -> listener.reloaded(region, outcome, nanos, failure));
    }

    @Override
    public void evicted(String region) {
        publish(listener -> listener.evicted(region));
    }

    @Override
    public void cleared(String region) {
        publish(listener -> listener.cleared(region));
    }

    @Override
    public void decodeFailed(String region, String key) {
        publish(listener -> listener.decodeFailed(region, key));
    }

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        publish(listener -> listener.invalidationPending(owner, operation, failure));
    }

    @Override
    public void invalidationFlushed(String owner) {
        publish(listener -> listener.invalidationFlushed(owner));
    }

    @Override
    public void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        publish(listener -> listener.breakerChanged(from, to, failure));
    }

    @Override
    public void writesRefused(Throwable refusal) {
        publish(listener -> listener.writesRefused(refusal));
    }

    @Override
    public void writesAccepted() {
        publish(CacheListener::writesAccepted);
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        publish(listener -> listener.request(kind, outcome, nanos));
    }

    @Override
    public void heartbeat(long nanos, boolean late) {
        publish(listener -> listener.heartbeat(nanos, late));
    }
}
