package io.github.hibernateredis.resilience;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Whether what the shared side says can be trusted: it can if a pulse has been answered over the connections that there are.
 * A pulse begins a region anew whose server is another one than before. One that is refused says that the server takes no
 * writes: nobody can invalidate there what it goes on telling. Thread safe.
 */
final class Confirmation {

    /** A pulse over which connections have changed says nothing; how often it is repeated at once. */
    private static final int ATTEMPTS = 3;

    static final int NEVER = -1;

    private final Link link;
    private volatile int confirmed = NEVER;

    Confirmation(Link link) {
        this.link = link;
    }

    /** What to ask {@link #stillHolds} about when the answer has come; {@link #NEVER} if asking is of no use. */
    int current() {
        int changes = link.connectionChanges();
        return confirmed == changes ? changes : NEVER;
    }

    boolean stillHolds(int current) {
        return link.connectionChanges() == current;
    }

    /** Sends the pulse; the result does not fail. */
    CompletableFuture<Void> by(Supplier<CompletableFuture<Void>> pulse) {
        return by(pulse, ATTEMPTS);
    }

    private CompletableFuture<Void> by(Supplier<CompletableFuture<Void>> pulse, int attempts) {
        int before = link.connectionChanges();
        return link.probe(pulse).handle((done, failure) -> failure).thenCompose(failure -> {
            if (failure != null && link.isRefusal(failure)) {
                confirmed = NEVER;
            }
            if (failure != null || attempts == 0) {
                return CompletableFuture.completedFuture(null);
            }
            if (before != link.connectionChanges()) {
                return by(pulse, attempts - 1);
            }
            confirmed = before;
            return CompletableFuture.completedFuture(null);
        });
    }
}
