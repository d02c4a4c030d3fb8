package io.github.hibernateredis.access;

import org.hibernate.cache.CacheException;

/** What keeps a transaction from being committed whose locks Redis has not confirmed, where that is asked for. */
final class Unconfirmed {

    private Unconfirmed() {}

    static CacheException lockOf(String what) {
        return new CacheException("Redis has not confirmed a lock of " + what
                + ", and its outage_policy is consistent: nothing is written to the"
                + " database that other nodes could not be told of. Once Redis answers again, the transaction can be"
                + " repeated");
    }
}
