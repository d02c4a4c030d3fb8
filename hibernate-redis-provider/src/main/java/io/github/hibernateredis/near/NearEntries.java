package io.github.hibernateredis.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.hibernateredis.store.RegionSpec;
import org.jspecify.annotations.Nullable;

/** The kept values of one region. If there are too many, the least useful ones are dropped. Thread safe. */
final class NearEntries {

    /** The memory of an entry apart from its key and its value, in bytes: its objects here and in Caffeine. */
    private static final int OVERHEAD = 250;

    private final Cache<String, NearEntry> entries;

    NearEntries(RegionSpec.Near limits) {
        // Caffeine must not start a thread, which could outlive the factory.
        Caffeine<Object, Object> builder = Caffeine.newBuilder().executor(Runnable::run);
        Long maxBytes = limits.maxBytes();
        if (maxBytes == null) {
            this.entries = builder.maximumSize(limits.maxEntries()).build();
        } else {
            // Caffeine supports only one limit. So the weight of an entry is at least its share of the bytes.
            long share = Math.min(Integer.MAX_VALUE, (maxBytes + limits.maxEntries() - 1) / limits.maxEntries());
            this.entries = builder.maximumWeight(maxBytes)
                    .<String, NearEntry>weigher((key, entry) -> (int) Math.max(share, weight(key, entry)))
                    .build();
        }
    }

    private static long weight(String key, NearEntry entry) {
        return OVERHEAD + key.length() + entry.hit().value().length;
    }

    @Nullable
    NearEntry get(String key) {
        return entries.getIfPresent(key);
    }

    void put(String key, NearEntry entry) {
        entries.put(key, entry);
    }

    void remove(String key) {
        entries.invalidate(key);
    }

    void clear() {
        entries.invalidateAll();
    }

    long size() {
        entries.cleanUp();
        return entries.estimatedSize();
    }
}
