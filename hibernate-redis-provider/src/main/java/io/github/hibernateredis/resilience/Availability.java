package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.Stores;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether a region, or the table stamps, may be used by this instance. Thread safe. */
final class Availability {

    private final GuardedClient client;
    private final ServerValidation validation;
    private final PendingInvalidations pending;

    /**
     * @param owner the qualified name of the region
     * @param invalidation invalidates it as a whole
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

    /** Why nothing is to be read, or null if it may be. */
    @Nullable
    BypassReason bypassed() {
        if (pending.isPending()) {
            return BypassReason.INVALIDATION_PENDING;
        }
        BypassReason reason = client.bypassed();
        return reason == null ? validation.bypassed() : reason;
    }

    /** To be taken before {@link #bypassed} is asked, for {@link #bypassedSince}. */
    @Nullable
    Integer validation() {
        return validation.current();
    }

    /**
     * Why an answer is not to be used that has come by now. What arrived while a write could not be confirmed may be what the
     * write was to drop; what arrived over other connections than were validated may come from another server.
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

    /** Sends the heartbeat and, if the server is there, the invalidation that is pending. The result does not fail. */
    CompletableFuture<Void> heartbeat(Supplier<CompletableFuture<Void>> heartbeat) {
        return validation
                .by(heartbeat)
                .thenCompose(isThere -> isThere ? pending.flush() : CompletableFuture.completedFuture(false))
                .thenApply(isFlushed -> null);
    }

    /** What a write comes to: if it cannot be confirmed, an invalidation is pending. The result does not fail. */
    <T extends @Nullable Object> CompletableFuture<T> confirmed(
            String operation, CompletableFuture<T> write, T otherwise) {
        return write.exceptionally(failure -> {
            pending.add(operation, GuardedServer.cause(failure));
            return otherwise;
        });
    }
}
