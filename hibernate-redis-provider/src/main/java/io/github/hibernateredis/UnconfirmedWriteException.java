package io.github.hibernateredis;

import org.hibernate.cache.CacheException;

/**
 * Prevents the commit of a transaction because Redis has not confirmed its locks, in a region with
 * {@code outage_policy=consistent}. Nothing was written, so the application can repeat the transaction once Redis
 * answers again.
 *
 * @since 0.1.0
 */
public final class UnconfirmedWriteException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** @param what the entry or table that could not be locked */
    public UnconfirmedWriteException(String what) {
        super("Redis has not confirmed a lock of " + what
                + ", and its outage_policy is consistent: the transaction is rolled back, because other instances would"
                + " not learn of its writes. Repeat it once Redis answers again");
    }
}
