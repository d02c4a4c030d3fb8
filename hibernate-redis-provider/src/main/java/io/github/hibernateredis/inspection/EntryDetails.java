package io.github.hibernateredis.inspection;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is of one key, as of one moment.
 *
 * @param region the qualified name of the region
 * @param key the key, as it stands in Redis
 * @param segment the number of its segment
 * @param value what is stored; null if nothing is
 * @param floor the stamp of the last write of this key, or of another one that shares its bucket; 0 for none since the region's
 *     version
 * @param version the stamp of the region's last invalidation; sessions that opened before it, or before the floor, store nothing
 * @param locks the holders of soft locks: with a live one the key is neither read nor stored from a load
 * @param regionLocks how many holders of a region lock there are, expired ones included
 * @since 0.1.0
 */
public record EntryDetails(
        String region,
        String key,
        int segment,
        @Nullable Value value,
        long floor,
        long version,
        List<LockDetails> locks,
        int regionLocks) {

    /** Copies the list. */
    public EntryDetails {
        locks = List.copyOf(locks);
    }

    /** Whether a read may use what is stored. */
    public boolean isLive() {
        return value != null
                && (value.state == State.LIVE || value.state == State.ABSENT_ROW)
                && locks.stream().noneMatch(lock -> lock.remaining().toNanos() > 0);
    }

    /** In which state a stored value is. */
    public enum State {
        /** It can be used until it expires. */
        LIVE,
        /** Its time is over; its memory has not been reclaimed. */
        EXPIRED,
        /** It can be used until it expires, and says that there is no such row: {@code absent_ttl}. */
        ABSENT_ROW,
        /** No value: a session is loading it until that expires, {@code load_wait}. */
        LOADING,
        /** Its bytes are no value of this version of the provider: a miss, and the next load replaces it. */
        UNREADABLE
    }

    /**
     * A stored value.
     *
     * @param state what becomes of it
     * @param size how many bytes are stored
     * @param stamp its stamp
     * @param remaining until it expires; zero or less if it has
     * @param checksum the check over the fingerprint of its mapping and its bytes, eight hexadecimal digits; which mapping that
     *     was only a process with the same mapping can tell
     * @param compression {@code none}, {@code deflate} or {@code lz4}; {@code unknown} for another form
     * @param payload the bytes after decompression, as {@code docs/format.md} describes them; those stored, if they cannot be
     *     decompressed
     * @param content what the bytes mean in the mapping of a session factory; null if there is no session factory at hand, or
     *     the value is of another mapping
     */
    public record Value(
            State state,
            int size,
            long stamp,
            Duration remaining,
            String checksum,
            String compression,
            byte[] payload,
            @Nullable Content content) {}

    /**
     * A value in readable form.
     *
     * @param role the entity, the collection's role, or the root entity and {@code ##NaturalId}; {@code query results}
     * @param values attributes by name, elements and rows by number, in the order of the mapping
     */
    public record Content(String role, Map<String, String> values) {

        /** Copies the map. */
        public Content {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }
}
