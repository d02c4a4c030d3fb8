package io.github.hibernateredis.resilience;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many operations the client has at a time; the others wait here, in order, and those that have been given up meanwhile
 * are never sent. (One of a region in segments may be a request for each.) The client's own queue is no place to wait in: as long as it has no connection, Redisson works off a long one
 * recursively, its locks do not survive that the stack overflows then (4.7), and nobody here would reach Redis ever again.
 * Thread safe; never blocks.
 */
final class Gate {

    /** More than keeps a few connections busy: at 10 ms to Redis and back, 50,000 requests a second. */
    static final int WIDTH = 500;

    private record Waiting<T extends @Nullable Object>(
            Supplier<CompletableFuture<T>> request, CompletableFuture<T> answer) {}

    private final AtomicInteger free = new AtomicInteger(WIDTH);
    private final Queue<Waiting<?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();

    /**
     * Sends a request, now or later; it must not block.
     *
     * @return the caller's own to complete: if it does so, the client has the request all the same, or never gets it
     */
    <T extends @Nullable Object> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
        if (waiting.isEmpty() && tryEnter()) {
            return start(request);
        }
        Waiting<T> last = new Waiting<>(request, new CompletableFuture<>());
        waiting.add(last);
        startWaiting();
        return last.answer;
    }

    private boolean tryEnter() {
        return free.getAndUpdate(left -> left > 0 ? left - 1 : 0) > 0;
    }

    private <T extends @Nullable Object> CompletableFuture<T> start(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> sent;
        try {
            sent = request.get();
        } catch (RuntimeException | Error e) { // whoever happens to be here has others' requests to send
            sent = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> answer =
                sent.copy(); // its owner may complete it, and the client have the request all the same
        sent.whenComplete((value, failure) -> {
            free.incrementAndGet();
            if (!waiting.isEmpty()) {
                startWaiting();
            }
        });
        return answer;
    }

    private <T extends @Nullable Object> void start(Waiting<T> next) {
        start(next.request).whenComplete((value, failure) -> {
            if (failure == null) {
                next.answer.complete(value);
            } else {
                next.answer.completeExceptionally(failure);
            }
        });
    }

    /** One thread at a time, and once more if another one was here meanwhile: an answer that is there at once is no recursion. */
    private void startWaiting() {
        if (wanted.getAndIncrement() > 0) {
            return;
        }
        int seen = 0;
        try {
            do {
                seen = wanted.get();
                while (!waiting.isEmpty() && tryEnter()) {
                    Waiting<?> next = waiting.poll();
                    if (next == null || next.answer.isDone()) {
                        free.incrementAndGet();
                    } else {
                        start(next);
                    }
                }
            } while (wanted.addAndGet(-seen) > 0);
            seen = 0;
        } finally {
            if (seen > 0) {
                wanted.set(0); // an error must not keep everybody out from now on
            }
        }
    }

    /** Those that wait are never sent. */
    void giveUp(RuntimeException reason) {
        for (Waiting<?> next = waiting.poll(); next != null; next = waiting.poll()) {
            next.answer.completeExceptionally(reason);
        }
    }
}
