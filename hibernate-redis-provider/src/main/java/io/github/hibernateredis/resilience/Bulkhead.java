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
 * Bounds how many requests to one server the client has at a time. The others wait here: writes go before reads, and reads
 * before puts, each kind in its order. A heartbeat never waits and takes no place: there are few, and the answers that they
 * bring do not depend on how busy this instance is. What has been given up meanwhile is never sent.
 *
 * <p>The client's own queue is no place to wait in. As long as Redisson (4.7) has no connection it works off a long queue
 * recursively: the stack overflows, its locks do not survive that, and nobody here would reach Redis again. Nor does that queue
 * know of precedence.
 *
 * <p>An answer that is there at once, as from a client that has no connection, leads to no recursion here. Thread safe; never
 * blocks.
 */
final class Bulkhead implements GuardedRequest.Places {

    /**
     * Few enough for Redisson's recursion: it survives some thousands. More than enough to keep a few connections busy: at
     * 10 ms to a server and back, 500 requests under way are 50,000 a second.
     */
    static final int PLACES = 500;

    /** How many writes may be on their way while the server does not answer. Nobody waits for them. */
    static final int MAX_UNHEEDED = 50;

    /** A write is worth a longer wait than a timeout: if it fails, its region has to be invalidated. */
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

    /** Takes one of the places of the writes that nobody waits for. It is given back with the end of the request. */
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

    /** One thread at a time, and once more if another one was here meanwhile: no recursion. */
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
                wanted.set(0); // an error must not keep everybody out from now on
            }
        }
    }

    private void sendWhatFits() {
        while (waiting.get() > 0 && tryEnter()) {
            GuardedRequest<?> next = poll();
            if (next == null) {
                free.incrementAndGet();
                return; // it is just being added, and then sent by the thread that adds it
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

    /** Fails what has waited too long. */
    void tick(long now) {
        for (RequestKind kind : RequestKind.values()) {
            long limit = kind == RequestKind.WRITE ? TIMEOUTS_OF_A_WRITE * timeoutNanos : timeoutNanos;
            Queue<GuardedRequest<?>> queue = queues.get(kind.ordinal());
            GuardedRequest<?> oldest = queue.peek();
            while (oldest != null && (oldest.isOver() || now - oldest.since() >= limit)) {
                if (queue.remove(oldest)) {
                    waiting.decrementAndGet();
                    dropped(oldest);
                    oldest.fail(new OverloadedException("no place for a " + kind + " among the " + PLACES
                            + " requests that may be under way to a server"));
                }
                oldest = queue.peek();
            }
        }
    }

    /** What waits is never sent. */
    void failWaiting(RuntimeException reason) {
        for (GuardedRequest<?> next = poll(); next != null; next = poll()) {
            dropped(next);
            next.fail(reason);
        }
    }

    /** What waits is never sent, nor is what comes later. What is under way takes no places elsewhere. */
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
