package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.RequestKind;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request: when it arrived, when it was sent, and its answer for the caller. The caller's future may end long
 * before the client has finished the request, and vice versa. Thread safe.
 */
final class GuardedRequest<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {

    /** Where the request holds a place while the client has it. */
    interface Places {

        /** The client has finished the request, whatever the caller's result is. */
        void ended(GuardedRequest<?> request);
    }

    /** Observes the life of a request. */
    interface Observer {

        /** The {@link System#nanoTime()}. */
        long nanoTime();

        /** The request was sent, and its answer has not arrived yet. */
        void underWay(GuardedRequest<?> request);

        /** The request was not answered in time. The observer must complete the caller's future. */
        void late(GuardedRequest<?> request, long now);

        /** The client has finished the request; the caller's future is not complete yet. */
        void clientEnded(GuardedRequest<?> request, @Nullable Throwable failure);

        /** The caller's future is complete. */
        void callerNotified(GuardedRequest<?> request, @Nullable Throwable failure);
    }

    private static final int MAX_STANDSTILLS = 3;

    private final RequestKind kind;
    private final Supplier<CompletableFuture<T>> sender;
    private final Observer observer;
    private final boolean probe;
    private final boolean unheeded;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private volatile long since;
    private volatile boolean left;
    private volatile boolean ended;
    private volatile long excused;
    private long unread; // this and the next are used by ticks only
    private int standstills;
    private @Nullable Places places;

    /**
     * @param probe whether its end decides the state of a half-open breaker
     * @param unheeded whether the caller's future has failed already, so that no caller waits
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

    /** The caller's future. */
    CompletableFuture<T> answer() {
        return answer;
    }

    boolean isOver() {
        return answer.isDone();
    }

    boolean hasLeft() {
        return left;
    }

    /** Whether its end is known, even if the caller's future is not complete yet. */
    boolean hasEnded() {
        return ended;
    }

    /** When it was sent; before that, when it arrived. */
    long since() {
        return since;
    }

    /** How long its answer has been awaited, without the time in which this JVM could not have read the answer. */
    long age(long now) {
        return now - awaitedSince();
    }

    /** When it would have been sent if that time had not passed. */
    long awaitedSince() {
        return since + excused;
    }

    /** The I/O threads have not run in the last {@code elapsed} nanoseconds. In total no more than the limit counts. */
    void excuseUnread(long elapsed, long limit, long now) {
        long nanos = Math.min(within(elapsed, now), limit - unread);
        unread += nanos;
        excused += nanos;
    }

    /** This JVM stood still for the last {@code elapsed} nanoseconds. It does not count if it does little else. */
    void excuseStandstill(long elapsed, long now) {
        if (++standstills <= MAX_STANDSTILLS) {
            excused += within(elapsed, now);
        }
    }

    /** A request that was sent meanwhile was not affected by all of that time. */
    private long within(long elapsed, long now) {
        return Math.max(0, Math.min(elapsed, now - since));
    }

    /** Sends a request that has not waited; see {@link #leave}. */
    void leaveAtOnce(Places from) {
        places = from;
        left = true;
        CompletableFuture<T> sent;
        try {
            sent = sender.get();
        } catch (RuntimeException | Error e) { // this thread may have to send requests of other callers
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete(this);
        if (!answer.isDone()) {
            observer.underWay(this);
        }
    }

    /** Sends the request; its timeout starts now. */
    void leave(Places from) {
        since = observer.nanoTime();
        leaveAtOnce(from);
    }

    /** It was not answered in time. */
    void expire(long now) {
        ended = true;
        observer.late(this, now);
    }

    /** The client has finished the request. */
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
            observer.callerNotified(this, null);
        }
    }

    /** Fails the caller's future. */
    void fail(Throwable failure) {
        if (answer.completeExceptionally(failure)) {
            observer.callerNotified(this, failure);
        }
    }
}
