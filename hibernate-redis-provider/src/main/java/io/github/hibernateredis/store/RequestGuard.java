package io.github.hibernateredis.store;

import io.github.hibernateredis.events.RequestKind;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when a physical request is sent to a server, and how long its answer may take. The stores send each
 * request through it. Thread safe; never blocks, never throws.
 */
public interface RequestGuard {

    /** Sends everything at once and waits for ever. */
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
     * @param server which server it goes to: the bound of requests under way is per server
     * @param request sends it; called once at most, never blocks
     * @return fails when the timeout is over, though the request may still arrive
     */
    <T extends @Nullable Object> CompletableFuture<T> send(
            RequestKind kind, String server, Supplier<CompletableFuture<T>> request);
}
