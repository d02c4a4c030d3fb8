package io.github.hibernateredis.inspection;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A region as it is in Redis. Each segment is of one moment, the segments of different ones.
 *
 * @param name the qualified name
 * @param database the database that its rows are from, as the first instance noted it; null if none was noted
 * @param segments at least one
 * @since 0.1.0
 */
public record RegionDetails(String name, @Nullable String database, List<SegmentDetails> segments) {

    /** Copies the list. */
    public RegionDetails {
        segments = List.copyOf(segments);
    }

    /** How many entries there are, expired ones that have not been reclaimed included. */
    public long entries() {
        return segments.stream().mapToLong(SegmentDetails::entries).sum();
    }

    /** The memory of all segments; null if the user in Redis may not ask. */
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

    /** After how long all entries are gone if none is stored any more; null if there are none. */
    public @Nullable Duration ttl() {
        return segments.stream()
                .map(SegmentDetails::ttl)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The epoch of the first segment: each segment has its own. Null if it has none at present. */
    public @Nullable String epoch() {
        return segments.get(0).epoch();
    }
}
