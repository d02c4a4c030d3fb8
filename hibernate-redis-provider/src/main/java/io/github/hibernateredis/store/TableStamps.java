package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * When each table was last written, and which tables are being written now. This decides whether a cached query result
 * is current. Transactions mark and stamp tables with {@link Stores#begin} and {@link Stores#end}.
 *
 * <p>Asynchronous and thread safe; failures are reported as by {@link RegionStore}.
 */
public interface TableStamps {

    /** The qualified name of the region of the table stamps. */
    String name();

    /** The stamp for a query result of a session that opened at that moment; null if none is known yet. */
    @Nullable
    Stamp asOf(long openedAt);

    /**
     * Whether a result with that stamp is current: no update of any of the tables is in progress, none has ended since,
     * and the stamp belongs to the current epoch.
     */
    default CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        return read(tables).handle((states, failure) -> failure == null && states.isCurrent(tables, result));
    }

    /**
     * Reads the states of these tables.
     *
     * @return fails if they are unknown
     */
    CompletableFuture<TableStates> read(Collection<String> tables);

    /** How much earlier than its check a result may have been current that {@link #read} shows to be current. */
    long mostAgeNanos();

    /** Outdates all existing results. Updates in progress stay marked. */
    CompletableFuture<Void> clear();

    /**
     * Reads the newest stamp, renews the leases of the markers that still exist, and resolves expired markers of tables
     * that {@link #isCurrent} has found marked.
     */
    CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates);

    /** A value that changes with every heartbeat of an instance that caches query results; null if there was none. */
    CompletableFuture<@Nullable String> lastHeartbeat();
}
