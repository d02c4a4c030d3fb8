package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.Stores;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether this instance may use a region, or the table stamps. Thread safe. */
final class Availability {

    private final GuardedClient client;
    private final ServerValidation validation;
    private final PendingInvalidations pending;

    /**
     * @param owner the qualified name of the region
     * @param invalidation invalidates the whole region
     */
    Availability(
            String owner,
            Supplier<CompletableFuture<Void>> invalidation,
            Stores stores,
            GuardedClient client,
            CacheListener events) {
        this.client = client;
        this.validation = new ServerValidation(stores);
        this.pending = new PendingInvalidations(owner, invalidation, events);
    }

    PendingInvalidations pending() {
        return pending;
    }

    /** Why nothing may be read; null if reads are allowed. */
    @Nullable
    BypassReason bypassed() {
        if (pending.isPending()) {
            return BypassReason.INVALIDATION_PENDING;
        }
        BypassReason reason = client.bypassed();
        return reason == null ? validation.bypassed() : reason;
    }

    /** Call this before {@link #bypassed}, and pass the result to {@link #bypassedSince}. */
    @Nullable
    Integer validation() {
        return validation.current();
    }

    /**
     * Why an answer that has arrived must not be used; null if it may be used. If a write was not confirmed meanwhile,
     * the answer may contain what that write was meant to drop. If connections have changed since the validation, the
     * answer may come from another server.
     *
     * @param before the validation when the request was sent
     */
    @Nullable
    BypassReason bypassedSince(@Nullable Integer before) {
        if (pending.isPending()) {
            return BypassReason.INVALIDATION_PENDING;
        }
        return validation.holds(before) ? null : BypassReason.UNCONFIRMED_SERVER;
    }

    /** Sends the heartbeat and, if the server answers, the pending invalidation. The result never fails. */
    CompletableFuture<Void> heartbeat(Supplier<CompletableFuture<Void>> heartbeat) {
        return validation
                .by(heartbeat)
                .thenCompose(isThere -> isThere ? pending.flush() : CompletableFuture.completedFuture(false))
                .thenApply(isFlushed -> null);
    }

    /** Waits for a write: if it is not confirmed, an invalidation is pending from then on. The result never fails. */
    <T extends @Nullable Object> CompletableFuture<T> confirmed(
            String operation, CompletableFuture<T> write, T otherwise) {
        return write.exceptionally(failure -> {
            pending.add(operation, GuardedServer.cause(failure));
            return otherwise;
        });
    }
}
