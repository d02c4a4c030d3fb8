package io.github.hibernateredis.inspection;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A region as Redis stores it. Each segment shows one moment, but different segments show different moments. Immutable.
 *
 * @param name the qualified name
 * @param database the database of its rows, as the first instance recorded it; null if none was recorded
 * @param segments the segments, at least one
 * @since 0.1.0
 */
public record RegionDetails(String name, @Nullable String database, List<SegmentDetails> segments) {

    /** Copies the list. */
    public RegionDetails {
        segments = List.copyOf(segments);
    }

    /** The number of entries, including expired ones that have not been reclaimed. */
    public long entries() {
        return segments.stream().mapToLong(SegmentDetails::entries).sum();
    }

    /** The memory of all segments in bytes; null if the Redis user may not ask for it. */
    public @Nullable Long bytes() {
        return segments.stream().anyMatch(segment -> segment.bytes() == null)
                ? null
                : segments.stream()
                        .map(SegmentDetails::bytes)
                        .mapToLong(Objects::requireNonNull)
                        .sum();
    }

    /** The stamp of the last invalidation: the newest of all segments. */
    public long version() {
        return segments.stream().mapToLong(SegmentDetails::version).max().orElse(0);
    }

    /** The time after which all entries have expired if no more are stored; null if there are none. */
    public @Nullable Duration ttl() {
        return segments.stream()
                .map(SegmentDetails::ttl)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The epoch of the first segment, since each segment has its own; null if it has none at present. */
    public @Nullable String epoch() {
        return segments.get(0).epoch();
    }
}
