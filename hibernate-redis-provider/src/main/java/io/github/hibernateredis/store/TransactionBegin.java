package io.github.hibernateredis.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The locks and the marker that must be in place before a transaction commits. Sending it again renews the leases and
 * changes nothing else.
 *
 * @param locks soft locks to take
 * @param update the tables that the transaction writes; null if there are none to mark
 */
public record TransactionBegin(List<Lock> locks, @Nullable TableUpdate update) {

    /**
     * A soft lock.
     *
     * @param key the key to lock
     * @param id created by the caller, one per transaction and key, with the characters {@code A-Z a-z 0-9 _ -}
     * @param openedAt the earliest moment at which the session may have read the row, {@link System#nanoTime()}
     */
    public record Lock(StoreKey key, String id, long openedAt) {}
}
