package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * When each table was last written, and which are being written now: what decides whether a cached query result is
 * current.
 *
 * <p>Asynchronous, thread safe, and reporting failures as {@link RegionStore} does. A holder is one transaction that
 * writes; its id has the form of a lock id.
 */
public interface TableStamps {

    /** The stamp that a query result of a session that opened at that moment carries; null if none is known yet. */
    @Nullable
    Stamp asOf(long openedAt);

    /**
     * Announces that a transaction writes the tables: until {@link #end} no result of theirs is current. Sent again it
     * renews the lease.
     *
     * @return whether the announcement is in place
     */
    CompletableFuture<Boolean> begin(String holder, Collection<String> tables);

    /** The transaction is over: every result from before now is outdated. Holds even if {@link #begin} was lost. */
    CompletableFuture<Void> end(String holder, Collection<String> tables);

    /**
     * Whether a result with that stamp is current: no update of any of the tables is in progress, none has ended since,
     * and the stamp belongs to this incarnation.
     */
    CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result);

    /** Outdates every result there is. Updates in progress stay announced. */
    CompletableFuture<Void> clear();

    /**
     * Brings the newest stamp here, renews the leases of the holders that are still found, and resolves the expired ones of
     * tables that {@link #isCurrent} has seen being written.
     */
    CompletableFuture<Void> pulse(Collection<Holding> holdings);

    /** What changes with every pulse of any instance that caches query results; null if there was none, or it is not known. */
    default CompletableFuture<@Nullable String> sign() {
        return CompletableFuture.completedFuture(null);
    }

    /** A holder and the tables it has announced. */
    record Holding(String holder, Collection<String> tables) {}
}
