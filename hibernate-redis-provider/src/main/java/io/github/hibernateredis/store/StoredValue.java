package io.github.hibernateredis.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of an item in the data map.
 *
 * <pre>
 * byte 0       format version (high four bits), flags (low four bits): 1 = an expiry follows the stamp
 * bytes 1-8    stamp, big endian
 * bytes 9-14   expiry in milliseconds since 1970 by the server's clock, big endian; only with the flag
 * the rest     the value
 * </pre>
 *
 * <p>The stamp is known only inside the script that stores the item, so the scripts build the envelope and this class
 * reads it. The expiry is there on servers without hash-field expiry. The stamp decides only whether a repeatable read may
 * use the item, so it needs no check sum; the value brings its own.
 *
 * @param value what was stored
 * @param stamp the number of the item's stamp
 * @param expiry milliseconds since 1970 by the server's clock, {@link Long#MAX_VALUE} for an item that the server expires
 */
public record StoredValue(byte[] value, long stamp, long expiry) {

    /** The first byte of an item that the server expires by itself. */
    public static final byte PLAIN = 0x10;

    /** The first byte of an item that carries its expiry. */
    public static final byte WITH_EXPIRY = PLAIN | 1;

    private static final int STAMP_END = 9;
    private static final int EXPIRY_END = 15;

    /** Reads an envelope; null for bytes of another format version or too few bytes. */
    public static @Nullable StoredValue read(byte[] envelope) {
        if (envelope.length < STAMP_END) {
            return null;
        }
        long stamp = number(envelope, 1, STAMP_END);
        if (envelope[0] == PLAIN) {
            return new StoredValue(Arrays.copyOfRange(envelope, STAMP_END, envelope.length), stamp, Long.MAX_VALUE);
        }
        if (envelope[0] == WITH_EXPIRY && envelope.length >= EXPIRY_END) {
            long expiry = number(envelope, STAMP_END, EXPIRY_END);
            return new StoredValue(Arrays.copyOfRange(envelope, EXPIRY_END, envelope.length), stamp, expiry);
        }
        return null;
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }
}
