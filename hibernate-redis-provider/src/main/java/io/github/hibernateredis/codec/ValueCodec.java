package io.github.hibernateredis.codec;

import io.github.hibernateredis.config.Compression;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values of one access role (an entity hierarchy, its natural ids or a collection role) to bytes and back.
 * Thread safe.
 */
public interface ValueCodec {

    /**
     * Encodes an object that the ORM has passed to the cache: a cache entry, its structured form, or for natural ids
     * the identifier.
     *
     * @param compression how to compress it, and from which size on
     * @return a new array
     * @throws UncacheableValueException if some part of the value cannot be cached; then nothing is encoded
     */
    byte[] encode(Object value, Compression compression);

    /** Encodes without compression. */
    default byte[] encode(Object value) {
        return encode(value, Compression.NONE);
    }

    /**
     * Decodes into the form that the ORM passes and expects (structured if
     * {@code hibernate.cache.use_structured_entries} is on). Never throws, and never allocates much more than the size
     * of {@code bytes}.
     *
     * @return a new value that shares nothing with earlier ones. Null, a miss for the caller, if the bytes are damaged,
     *     of another mapping, compressed by a missing library, or from other software
     */
    @Nullable
    Object decode(byte[] bytes);
}
