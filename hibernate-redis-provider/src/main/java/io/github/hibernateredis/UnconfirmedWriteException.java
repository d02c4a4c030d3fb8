package io.github.hibernateredis;

import org.hibernate.cache.CacheException;

/**
 * Keeps a transaction from being committed because Redis has not confirmed its locks, in a region whose {@code outage_policy}
 * is {@code consistent}. Nothing was written; the transaction can be repeated.
 *
 * @since 0.1.0
 */
public final class UnconfirmedWriteException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** @param what what could not be locked */
    public UnconfirmedWriteException(String what) {
        super("Redis has not confirmed a lock of " + what
                + ", and its outage_policy is consistent: the transaction is rolled back, since the other instances could not"
                + " be told of what it writes. Repeat it once Redis answers again");
    }
}
