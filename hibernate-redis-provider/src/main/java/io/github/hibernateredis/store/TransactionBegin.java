package io.github.hibernateredis.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must be in place before a transaction commits. Sent again, it renews the leases and changes nothing else.
 *
 * @param locks soft locks to take
 * @param update the tables that the transaction writes, if there are any to mark
 */
public record TransactionBegin(List<Lock> locks, @Nullable TableUpdate update) {

    /**
     * A soft lock.
     *
     * @param key what to lock
     * @param id made by the caller, one per transaction and key, of the characters {@code A-Z a-z 0-9 _ -}
     * @param openedAt the moment from which on the session may have read the row, {@link System#nanoTime()}
     */
    public record Lock(StoreKey key, String id, long openedAt) {}
}
