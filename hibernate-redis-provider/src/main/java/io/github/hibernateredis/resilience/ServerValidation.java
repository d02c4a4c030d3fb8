package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.store.Stores;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a region's servers say can be trusted: it can if a heartbeat has been answered over the connections that there
 * are. A heartbeat begins a new epoch where the server is another one than before. One that is refused says that the server
 * takes no writes: what it goes on telling, nobody can invalidate. Thread safe.
 */
final class ServerValidation {

    /** A heartbeat over which connections have changed says nothing; how often it is repeated at once. */
    private static final int REPETITIONS = 3;

    private final Stores stores;
    private volatile @Nullable Integer validated;
    private volatile boolean refused;

    ServerValidation(Stores stores) {
        this.stores = stores;
    }

    /** Why nothing is to be read, or null if it may be. */
    @Nullable
    BypassReason bypassed() {
        if (holds(validated)) {
            return null;
        }
        return refused ? BypassReason.REFUSED : BypassReason.UNCONFIRMED_SERVER;
    }

    /** What to ask {@link #holds} about when the answer has come. */
    @Nullable
    Integer current() {
        return validated;
    }

    boolean holds(@Nullable Integer validation) {
        return validation != null && validation == stores.connectionChanges();
    }

    /** Sends the heartbeat. The result does not fail, and says whether the server was there to answer. */
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
