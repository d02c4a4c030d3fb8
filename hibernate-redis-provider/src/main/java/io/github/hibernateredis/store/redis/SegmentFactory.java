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
        return new AgreedRegionStore(region, segments, new LayoutKey(prefix, region, redis), this);
    }

    /** The region in that layout. */
    RegionInLayout region(Layout layout) {
        return hashes(layout.segments(), layout);
    }

    /** The hashes that the region lies in if it has so many segments, as those who go by that layout find them. */
    RegionInLayout hashes(int segments, Layout layout) {
        if (segments == 1) {
            return segment(KeyLayout.whole(prefix, region, layout));
        }
        return new SegmentedRegionStore(
                region,
                IntStream.range(0, segments)
                        .mapToObj(number -> segment(KeyLayout.segment(prefix, region, number, layout)))
                        .toList(),
                connectionChanges);
    }

    private RedisRegionStore segment(KeyLayout.Segment place) {
        return new RedisRegionStore(region, place, redis, life, leaseMillis, nanoTime);
    }
}
