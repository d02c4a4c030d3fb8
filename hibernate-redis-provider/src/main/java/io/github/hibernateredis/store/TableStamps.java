package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * When each table was last written, and which are being written now: what decides whether a cached query result is
 * current. Transactions mark and stamp tables through {@link Stores#begin} and {@link Stores#end}.
 *
 * <p>Asynchronous, thread safe, and reporting failures as {@link RegionStore} does.
 */
public interface TableStamps {

    /** The qualified name of the region of the table stamps. */
    String name();

    /** The stamp that a query result of a session that opened at that moment carries; null if none is known yet. */
    @Nullable
    Stamp asOf(long openedAt);

    /**
     * Whether a result with that stamp is current: no update of any of the tables is in progress, none has ended since,
     * and the stamp belongs to this epoch.
     */
    default CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        return read(tables).handle((states, failure) -> failure == null && states.isCurrent(tables, result));
    }

    /**
     * What is known of those tables.
     *
     * @return fails if it is not known
     */
    CompletableFuture<TableStates> read(Collection<String> tables);

    /** Outdates every result there is. Updates in progress stay marked. */
    CompletableFuture<Void> clear();

    /**
     * Brings the newest stamp here, renews the leases of the markers that are still found, and resolves the expired ones of
     * tables that {@link #isCurrent} has seen being written.
     */
    CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates);

    /** What changes with every heartbeat of any instance that caches query results; null if there was none. */
    CompletableFuture<@Nullable String> lastHeartbeat();
}
