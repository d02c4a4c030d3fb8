package io.github.hibernateredis.codec;

import io.github.hibernateredis.config.Compression;
import org.jspecify.annotations.Nullable;

/**
 * The values of one access role (an entity hierarchy, its natural ids or a collection role) to bytes and back. Thread
 * safe.
 */
public interface ValueCodec {

    /**
     * Encodes what the ORM handed to the cache: a cache entry, its structured form, or for natural ids the identifier.
     *
     * @param compression what is worth compressing, and how
     * @return a new array
     * @throws UncacheableValueException if some part of the value cannot leave the process; nothing of it is kept
     */
    byte[] encode(Object value, Compression compression);

    /** Encodes without compression. */
    default byte[] encode(Object value) {
        return encode(value, Compression.NONE);
    }

    /**
     * Decodes into the form that the ORM hands in and expects back (structured if {@code
     * hibernate.cache.use_structured_entries} is on). Never throws, and never allocates out of proportion to {@code
     * bytes}.
     *
     * @return a new value that shares nothing with earlier ones, or null if the bytes are damaged, of another mapping,
     *     compressed by a library that is not here, or not ours: to the caller a miss
     */
    @Nullable
    Object decode(byte[] bytes);
}
