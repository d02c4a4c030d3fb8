package io.github.hibernateredis.store;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requests that follow the commit of a transaction, or its rollback. Each part counts as a write, even if its value
 * is not stored.
 *
 * @param unlocks soft locks to end
 * @param inserts rows whose insert was committed
 * @param evictions entries to drop
 * @param update the update marker to remove and the tables to stamp, even if the marker was lost
 */
public record TransactionEnd(
        List<Unlock> unlocks,
        List<Insert> inserts,
        Set<StoreKey> evictions,
        @Nullable TableUpdate update) {

    /**
     * The end of a soft lock.
     *
     * @param key the locked key
     * @param id the lock's id
     * @param held the stamp from its confirmation; null if it was never confirmed, and then no value is stored
     * @param value the committed value; null to leave the key empty
     */
    public record Unlock(StoreKey key, String id, @Nullable Stamp held, byte @Nullable [] value) {}

    /**
     * A committed insert.
     *
     * @param key the new row's key
     * @param value its value
     * @param openedAt when the session opened, or its transaction began, {@link System#nanoTime()}
     */
    public record Insert(StoreKey key, byte[] value, long openedAt) {}

    /** Whether there is nothing to send. */
    public boolean isEmpty() {
        return unlocks.isEmpty() && inserts.isEmpty() && evictions.isEmpty() && update == null;
    }
}
