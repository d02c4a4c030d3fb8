package io.github.hibernateredis.inspection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a region: a pair of hashes in Redis. Immutable.
 *
 * @param number the number of the segment, from 0
 * @param epoch the name of its epoch; null if it has no metadata at present. Its entries are not used until an instance
 *     resets it
 * @param version the stamp of the last invalidation of the whole region; 0 without an epoch
 * @param newestStamp the newest stamp, in microseconds since 1970 by the server's clock; 0 without an epoch
 * @param entries the number of entries, including expired ones that have not been reclaimed
 * @param bytes the memory of entries and metadata in bytes; null if the Redis user may not ask for it
 * @param ttl the time after which all entries have expired if no more are stored; null if there are none
 * @param regionLocks the number of holders of a region lock, including expired ones. While one of them is live, nothing
 *     is stored
 * @since 0.1.0
 */
public record SegmentDetails(
        int number,
        @Nullable String epoch,
        long version,
        long newestStamp,
        long entries,
        @Nullable Long bytes,
        @Nullable Duration ttl,
        int regionLocks) {}
