package io.github.hibernateredis.loading;

import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.StoreKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The loads of one session that other sessions wait for. Thread safe, because another thread may end the session's
 * transaction.
 */
public final class LoadTurns {

    /** A session's turn to load a key. Thread safe. */
    public interface Turn {

        /** Whether no session waits for it any more. */
        boolean isOver();

        /** What was loaded is on its way to Redis. */
        void stores(CompletableFuture<PutOutcome> put);

        /** Nothing is stored. */
        void end();
    }

    private final Map<StoreKey, Turn> turns = new ConcurrentHashMap<>(2);

    /** Creates an object for a session that loads nothing yet. */
    public LoadTurns() {}

    /** Whether others wait for the session. */
    public boolean isAwaited() {
        return !turns.isEmpty() && turns.values().stream().anyMatch(turn -> !turn.isOver());
    }

    /** The session loads that key. */
    public void begin(StoreKey key, Turn turn) {
        turns.put(key, turn);
    }

    /** The value that the session has loaded is being stored. */
    public void stores(StoreKey key, CompletableFuture<PutOutcome> put) {
        @Nullable Turn turn = turns.isEmpty() ? null : turns.remove(key);
        if (turn != null) {
            turn.stores(put);
        }
    }

    /** The session stores nothing that it has loaded for that key, unless it is being stored already. */
    public void end(StoreKey key) {
        @Nullable Turn turn = turns.isEmpty() ? null : turns.remove(key);
        if (turn != null) {
            turn.end();
        }
    }

    /** The session has ended all its loads. */
    public void endAll() {
        if (!turns.isEmpty()) {
            List.copyOf(turns.keySet()).forEach(this::end);
        }
    }
}
