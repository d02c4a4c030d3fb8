package io.github.hibernateredis.store;

import io.github.hibernateredis.events.RequestKind;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when a physical request is sent to a server, and how long its answer may take. The stores send
 * each request through it. Thread safe; never blocks, never throws.
 */
public interface RequestGuard {

    /** Sends every request at once and waits without a limit. */
    RequestGuard NONE = new RequestGuard() {
        @Override
        public <T extends @Nullable Object> CompletableFuture<T> send(
                RequestKind kind, String server, Supplier<CompletableFuture<T>> request) {
            return request.get();
        }
    };

    /**
     * Sends a request, now or later, or fails it.
     *
     * @param server the server that receives it: the limit of requests in progress is per server
     * @param request sends it; called at most once, never blocks
     * @return fails after the timeout, even though the request may still reach the server
     */
    <T extends @Nullable Object> CompletableFuture<T> send(
            RequestKind kind, String server, Supplier<CompletableFuture<T>> request);
}
