package io.github.hibernateredis.inspection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a region: a pair of hashes in Redis.
 *
 * @param number which segment it is, from 0
 * @param epoch the name of its epoch; null if there is no metadata at present: nothing of it is used until an instance
 *     resets it
 * @param version the stamp of the last invalidation of the whole region; 0 without an epoch
 * @param newestStamp the newest stamp, in microseconds since 1970 by the server's clock; 0 without an epoch
 * @param entries how many entries there are, expired ones that have not been reclaimed included
 * @param bytes the memory of entries and metadata; null if the user in Redis may not ask
 * @param ttl after how long all entries are gone if none is stored any more; null if there are none
 * @param regionLocks how many holders of a region lock there are, expired ones included: with a live one nothing is stored
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
