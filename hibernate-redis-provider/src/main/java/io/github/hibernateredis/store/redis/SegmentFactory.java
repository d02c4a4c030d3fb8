package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionStore;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Makes what a region consists of, in whatever layout.
 *
 * @param nanoTime the clock that the moments are of which callers name
 * @param connectionChanges {@link io.github.hibernateredis.store.Stores#connectionChanges()}
 */
record SegmentFactory(
        String prefix,
        String region,
        RedisConnection redis,
        RedisRegionStore.ItemLife life,
        long leaseMillis,
        LongSupplier nanoTime,
        IntSupplier connectionChanges) {

    /** The region in the layout that its nodes agree upon, for which this one wants so many segments. */
    RegionStore agreedRegion(int segments) {
        return new AgreedRegionStore(region, segments, new LayoutKey(prefix, region, redis), this::region);
    }

    /** The region in that layout. */
    RegionStore region(Layout layout) {
        if (layout.segments() == 1) {
            return segment(KeyLayout.whole(prefix, region, layout.generation()));
        }
        return new SegmentedRegionStore(
                region,
                IntStream.range(0, layout.segments())
                        .mapToObj(number -> segment(KeyLayout.segment(prefix, region, number, layout)))
                        .toList(),
                connectionChanges);
    }

    private RegionStore segment(KeyLayout.Segment place) {
        return new RedisRegionStore(region, place, redis, life, leaseMillis, nanoTime);
    }
}
