package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.events.CacheListener;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What all regions share.
 *
 * @param keyPrefix the prefix of every key in Redis
 * @param leaseMillis the lease of a lock
 * @param puts the collector for the server of a request
 * @param isRefusal whether a failure is an error reply of the server
 * @param nanoTime the clock of the moments that callers pass
 * @param connectionChanges {@link io.github.hibernateredis.store.Stores#connectionChanges()}
 */
record RegionContext(
        RedisConnection redis,
        String keyPrefix,
        long leaseMillis,
        Function<Route, PutCollector> puts,
        Predicate<Throwable> isRefusal,
        CacheListener events,
        LongSupplier nanoTime,
        IntSupplier connectionChanges) {}
