package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The table stamps on one instance, with operations for one transaction at a time.
 *
 * @param stores the stores that receive the writes of transactions
 * @param stamps the stamps
 */
public record MarkedTables(Stores stores, TableStamps stamps) {

    /** The update marker of a transaction. */
    public TableUpdate update(String id, Collection<String> tables) {
        return new TableUpdate(stamps.name(), id, Set.copyOf(tables));
    }

    public CompletableFuture<Void> begin(String id, Collection<String> tables) {
        return stores.begin(new TransactionBegin(List.of(), update(id, tables)))
                .thenAccept(begun -> check(begun.failures()));
    }

    public CompletableFuture<Void> end(String id, Collection<String> tables) {
        return stores.end(new TransactionEnd(List.of(), List.of(), Set.of(), update(id, tables)))
                .thenAccept(MarkedTables::check);
    }

    private static void check(WriteFailures failures) {
        if (failures.tables() != null) {
            throw new CompletionException(failures.tables());
        }
    }

    public @Nullable Stamp asOf(long openedAt) {
        return stamps.asOf(openedAt);
    }

    public CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        return stamps.isCurrent(tables, result);
    }

    public CompletableFuture<Void> clear() {
        return stamps.clear();
    }

    public CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates) {
        return stamps.heartbeat(updates);
    }
}
