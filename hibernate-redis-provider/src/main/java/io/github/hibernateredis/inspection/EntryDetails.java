package io.github.hibernateredis.inspection;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that Redis stores for one key, at one moment. Immutable.
 *
 * @param region the qualified name of the region
 * @param key the key as Redis stores it
 * @param segment the number of its segment
 * @param value the stored value; null if there is none
 * @param floor the stamp of the last write of this key, or of another key in the same bucket; 0 if there was none since
 *     the region's version
 * @param version the stamp of the region's last invalidation. A session that opened before the version or the floor
 *     stores nothing
 * @param locks the holders of soft locks: while one of them is live, reads do not use the entry and loads do not store
 *     it
 * @param regionLocks the number of holders of a region lock, including expired ones
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

    /** Whether a read may use the stored value. */
    public boolean isLive() {
        return value != null
                && (value.state == State.LIVE || value.state == State.ABSENT_ROW)
                && locks.stream().noneMatch(lock -> lock.remaining().toNanos() > 0);
    }

    /** The state of a stored value. */
    public enum State {
        /** It can be used until it expires. */
        LIVE,
        /** It has expired; its memory has not been reclaimed yet. */
        EXPIRED,
        /** A live entry which says that the row does not exist: {@code absent_ttl}. */
        ABSENT_ROW,
        /** No value: a session is loading the entry, and others wait for it, {@code load_wait}. */
        LOADING,
        /** This version of the provider cannot read its bytes: it counts as a miss, and the next load replaces it. */
        UNREADABLE
    }

    /**
     * A stored value.
     *
     * @param state whether it can be used
     * @param size the number of stored bytes
     * @param stamp its stamp
     * @param remaining the time until it expires; zero or negative if it has expired
     * @param checksum the checksum of its mapping's fingerprint and its bytes, eight hexadecimal digits. Only a process
     *     with the same mapping can verify it
     * @param compression {@code none}, {@code deflate} or {@code lz4}; {@code unknown} for another format
     * @param payload the bytes after decompression, as described in {@code docs/format.md}; the stored bytes if they
     *     cannot be decompressed
     * @param content the decoded value; null if there is no session factory, or if the value belongs to another mapping
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
     * A decoded value.
     *
     * @param role the entity, the collection's role, or the root entity and {@code ##NaturalId}; {@code query results}
     *     for these
     * @param values attributes by name, elements and rows by number, in the order of the mapping
     */
    public record Content(String role, Map<String, String> values) {

        /** Copies the map. */
        public Content {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }
}
