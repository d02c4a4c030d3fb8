package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.OverloadedException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many requests to one server are in progress in the client. The others wait here: writes before reads,
 * reads before puts, each kind in order of arrival. A heartbeat never waits and takes no place: there are few of them,
 * and their replies must not depend on the load of this instance. A request that has failed while it waited is not
 * sent.
 *
 * <p>Requests cannot wait in the client's own queue. While Redisson (4.7) has no connection, it processes its queue
 * recursively. With a long queue the stack overflows, which damages Redisson's locks, and no request of this instance
 * reaches Redis again. That queue also has no precedence.
 *
 * <p>A reply that is available at once, as from a client without a connection, causes no recursion here. Thread safe
 * and non-blocking.
 */
final class Bulkhead implements GuardedRequest.Places {

    /**
     * Few enough for Redisson's recursion, which survives some thousands. More than enough for a few connections: with
     * 10 ms per round trip, 500 requests in progress are 50,000 per second.
     */
    static final int PLACES = 500;

    /** How many writes may be in progress while the server does not answer. No caller waits for them. */
    static final int MAX_UNHEEDED = 50;

    /** A write may wait longer than a timeout: if it fails, its region must be invalidated. */
    static final int TIMEOUTS_OF_A_WRITE = 4;

    private final long timeoutNanos;
    private final AtomicInteger free = new AtomicInteger(PLACES);
    private final AtomicInteger unheeded = new AtomicInteger();
    private final List<Queue<GuardedRequest<?>>> queues = Stream.of(RequestKind.values())
            .<Queue<GuardedRequest<?>>>map(kind -> new ConcurrentLinkedQueue<>())
            .toList();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile @Nullable RuntimeException closed;

    /** @param timeoutNanos how long a read or a put waits at most */
    Bulkhead(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    /** Sends a request, now or later, or fails it. */
    void send(GuardedRequest<?> request) {
        if (request.kind() == RequestKind.HEARTBEAT) {
            request.leaveAtOnce(this);
        } else if (waiting.get() == 0 && tryEnter()) {
            request.leaveAtOnce(this);
        } else {
            waiting.incrementAndGet();
            queues.get(request.kind().ordinal()).add(request);
            sendWaiting();
            RuntimeException reason = closed;
            if (reason != null) {
                failWaiting(reason);
            }
        }
    }

    /** Takes one of the places for writes that no caller waits for. The end of the request returns it. */
    boolean tryUnheeded() {
        return unheeded.getAndUpdate(count -> count < MAX_UNHEEDED ? count + 1 : count) < MAX_UNHEEDED;
    }

    private boolean tryEnter() {
        return free.getAndUpdate(left -> left > 0 ? left - 1 : 0) > 0;
    }

    @Override
    public void ended(GuardedRequest<?> request) {
        if (request.isUnheeded()) {
            unheeded.decrementAndGet();
        }
        if (request.kind() != RequestKind.HEARTBEAT) {
            free.incrementAndGet();
            if (waiting.get() != 0) {
                sendWaiting();
            }
        }
    }

    /** Sends waiting requests: one thread at a time, repeated if another thread called this meanwhile. No recursion. */
    private void sendWaiting() {
        if (wanted.getAndIncrement() > 0) {
            return;
        }
        int seen = 0;
        try {
            do {
                seen = wanted.get();
                sendWhatFits();
            } while (wanted.addAndGet(-seen) > 0);
            seen = 0;
        } finally {
            if (seen > 0) {
                wanted.set(0); // after an error other threads must still be able to send
            }
        }
    }

    private void sendWhatFits() {
        while (waiting.get() > 0 && tryEnter()) {
            GuardedRequest<?> next = poll();
            if (next == null) {
                free.incrementAndGet();
                return; // another thread is just adding it, and sends it then
            }
            if (next.isOver()) {
                free.incrementAndGet();
                dropped(next);
            } else {
                next.leave(this);
            }
        }
    }

    private @Nullable GuardedRequest<?> poll() {
        for (Queue<GuardedRequest<?>> queue : queues) {
            GuardedRequest<?> next = queue.poll();
            if (next != null) {
                waiting.decrementAndGet();
                return next;
            }
        }
        return null;
    }

    private void dropped(GuardedRequest<?> request) {
        if (request.isUnheeded()) {
            unheeded.decrementAndGet();
        }
    }

    /** Fails requests that have waited too long. */
    void tick(long now) {
        for (RequestKind kind : RequestKind.values()) {
            long limit = kind == RequestKind.WRITE ? TIMEOUTS_OF_A_WRITE * timeoutNanos : timeoutNanos;
            Queue<GuardedRequest<?>> queue = queues.get(kind.ordinal());
            GuardedRequest<?> oldest = queue.peek();
            while (oldest != null && (oldest.isOver() || now - oldest.since() >= limit)) {
                if (queue.remove(oldest)) {
                    waiting.decrementAndGet();
                    dropped(oldest);
                    oldest.fail(new OverloadedException("too many requests in progress: a " + kind
                            + " waited too long for one of the " + PLACES + " places per server"));
                }
                oldest = queue.peek();
            }
        }
    }

    /** Fails the waiting requests; they are never sent. */
    void failWaiting(RuntimeException reason) {
        for (GuardedRequest<?> next = poll(); next != null; next = poll()) {
            dropped(next);
            next.fail(reason);
        }
    }

    /**
     * Fails the waiting requests and all later ones; none of them is sent. Requests in progress take no places
     * elsewhere.
     */
    void close(RuntimeException reason) {
        closed = reason;
        failWaiting(reason);
    }

    int underWay() {
        return PLACES - free.get();
    }

    int waiting() {
        return waiting.get();
    }
}
