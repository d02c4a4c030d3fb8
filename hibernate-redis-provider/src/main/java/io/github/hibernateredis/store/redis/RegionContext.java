package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.events.CacheListener;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What all regions share.
 *
 * @param keyPrefix what every key in Redis begins with
 * @param leaseMillis how long a lock lives whose owner has died
 * @param puts the collector of the server that a request goes to
 * @param isRefusal whether a failed request was answered by a refusal
 * @param nanoTime the clock that the moments are of which callers name
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
