package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.store.Stores;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the replies of a region's servers can be trusted: a heartbeat must have been answered over the
 * current connections. A heartbeat starts a new epoch if the server is another one than before. A refused heartbeat
 * means that the server accepts no writes: no instance can invalidate the entries that it returns. Thread safe.
 */
final class ServerValidation {

    /** If connections change during a heartbeat, its result says nothing. This is how often it is repeated at once. */
    private static final int REPETITIONS = 3;

    private final Stores stores;
    private volatile @Nullable Integer validated;
    private volatile boolean refused;

    ServerValidation(Stores stores) {
        this.stores = stores;
    }

    /** Why nothing may be read; null if reads are allowed. */
    @Nullable
    BypassReason bypassed() {
        if (holds(validated)) {
            return null;
        }
        return refused ? BypassReason.REFUSED : BypassReason.UNCONFIRMED_SERVER;
    }

    /** Returns a value for {@link #holds}, which is called when the answer has come. */
    @Nullable
    Integer current() {
        return validated;
    }

    boolean holds(@Nullable Integer validation) {
        return validation != null && validation == stores.connectionChanges();
    }

    /** Sends the heartbeat. The result never fails; it is true if the server answered. */
    CompletableFuture<Boolean> by(Supplier<CompletableFuture<Void>> heartbeat) {
        return by(heartbeat, REPETITIONS);
    }

    private CompletableFuture<Boolean> by(Supplier<CompletableFuture<Void>> heartbeat, int repetitions) {
        int before = stores.connectionChanges();
        return heartbeat.get().handle((done, failure) -> failure).thenCompose(failure -> {
            if (failure != null) {
                boolean isRefusal = stores.isRefusal(failure);
                if (isRefusal) {
                    validated = null;
                    refused = true;
                }
                return CompletableFuture.completedFuture(isRefusal);
            }
            if (before != stores.connectionChanges()) {
                return repetitions == 0 ? CompletableFuture.completedFuture(true) : by(heartbeat, repetitions - 1);
            }
            refused = false;
            validated = before;
            return CompletableFuture.completedFuture(true);
        });
    }
}
