package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.RequestKind;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request: when it came, when it left, and what its caller gets. The caller's future may be over long before the client is
 * through with the request, and the other way round. Thread safe.
 */
final class GuardedRequest<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {

    /** Where it takes a place while the client has it. */
    interface Places {

        /** The client is through with it, whatever has become of its caller. */
        void ended(GuardedRequest<?> request);
    }

    /** Is told of the life of a request. */
    interface Observer {

        /** {@link System#nanoTime()} */
        long nanoTime();

        /** It has left, and its answer is not there yet. */
        void underWay(GuardedRequest<?> request);

        /** It was not answered in time. Has to tell the caller. */
        void late(GuardedRequest<?> request, long now);

        /** The client is through with it; the caller has not been told yet. */
        void clientEnded(GuardedRequest<?> request, @Nullable Throwable failure);

        /** The caller has been told. */
        void callerTold(GuardedRequest<?> request, @Nullable Throwable failure);
    }

    private final RequestKind kind;
    private final Supplier<CompletableFuture<T>> sender;
    private final Observer observer;
    private final boolean probe;
    private final boolean unheeded;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile long since;
    private volatile boolean left;
    private volatile boolean ended;
    private boolean renewed; // of no concern but to ticks
    private @Nullable Places places;

    /**
     * @param probe whether its end decides on a half-open breaker
     * @param unheeded whether its caller has been told already that it failed
     */
    GuardedRequest(
            RequestKind kind,
            Supplier<CompletableFuture<T>> sender,
            Observer observer,
            boolean probe,
            boolean unheeded) {
        this.kind = kind;
        this.sender = sender;
        this.observer = observer;
        this.probe = probe;
        this.unheeded = unheeded;
        this.since = observer.nanoTime();
    }

    RequestKind kind() {
        return kind;
    }

    boolean isProbe() {
        return probe;
    }

    boolean isUnheeded() {
        return unheeded;
    }

    Observer observer() {
        return observer;
    }

    /** The caller's. */
    CompletableFuture<T> answer() {
        return answer;
    }

    boolean isOver() {
        return answer.isDone();
    }

    boolean hasLeft() {
        return left;
    }

    /** Whether its end is known, though the caller may not have been told yet. */
    boolean hasEnded() {
        return ended;
    }

    /** When it left, or was last renewed; before that, when it came. */
    long since() {
        return since;
    }

    /** Begins its time again, once: this JVM stood still. */
    void renew(long now) {
        if (!renewed) {
            renewed = true;
            since = now;
        }
    }

    /** As {@link #leave}, for a request that has not waited. */
    void leaveAtOnce(Places from) {
        places = from;
        left = true;
        CompletableFuture<T> sent;
        try {
            sent = sender.get();
        } catch (RuntimeException | Error e) { // the thread may have requests of others to send
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete(this);
        if (!answer.isDone()) {
            observer.underWay(this);
        }
    }

    /** Sends it; its time begins now. */
    void leave(Places from) {
        since = observer.nanoTime();
        leaveAtOnce(from);
    }

    /** It was not answered in time. */
    void expire(long now) {
        ended = true;
        observer.late(this, now);
    }

    /** The client is through with it. */
    @Override
    public void accept(T value, @Nullable Throwable failure) {
        ended = true;
        observer.clientEnded(this, failure);
        Places from = places;
        if (from != null) {
            from.ended(this);
        }
        if (failure != null) {
            fail(failure);
        } else if (answer.complete(value)) {
            observer.callerTold(this, null);
        }
    }

    /** Its caller waits no longer. */
    void fail(Throwable failure) {
        if (answer.completeExceptionally(failure)) {
            observer.callerTold(this, failure);
        }
    }
}
