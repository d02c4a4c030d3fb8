package io.github.hibernateredis.access;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Requests that were sent and are not waited for one by one: many of them cost the wait for the slowest. Beyond a limit the
 * oldest is waited for, so that neither memory nor the time that a request spends in a queue grows with their number. The
 * futures must not fail. Not thread safe.
 */
final class InFlight {

    /** A batch that Redis works off in a few milliseconds, far below any sensible timeout. */
    private static final int LIMIT = 256;

    private final Queue<CompletableFuture<?>> requests = new ArrayDeque<>();

    void add(CompletableFuture<?> request) {
        CompletableFuture<?> oldest = requests.peek();
        while (oldest != null && (oldest.isDone() || requests.size() >= LIMIT)) {
            requests.remove().join();
            oldest = requests.peek();
        }
        if (!request.isDone()) {
            requests.add(request);
        }
    }

    void await() {
        CompletableFuture<?> request = requests.poll();
        while (request != null) {
            request.join();
            request = requests.poll();
        }
    }
}
