package io.github.hibernateredis.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of an entry in the data hash.
 *
 * <pre>
 * byte 0       format version
 * bytes 1-8    stamp, big endian
 * bytes 9-14   expiry in milliseconds since 1970 by the server's clock, big endian
 * the rest     the value
 * </pre>
 *
 * <p>Only the script that stores an entry knows its stamp, so the scripts build this form and this class reads it. A
 * server that expires hash fields reclaims the memory of an entry, but the stored expiry decides whether it is used.
 * The stamp only decides whether a repeatable read may use the entry, so it needs no checksum; the value has its own.
 *
 * @param value the stored value
 * @param stamp the number of the entry's stamp
 * @param expiry milliseconds since 1970 by the server's clock
 */
public record StoredValue(byte[] value, long stamp, long expiry) {

    /** The first byte of every entry. */
    public static final byte FORMAT = 0x11;

    /** The first byte of the mark that replaces an entry while it is being loaded. */
    private static final byte LOADING = 0x4c;

    private static final int STAMP_END = 9;
    private static final int EXPIRY_END = 15;

    /** Until when a session is loading the entry, in milliseconds since 1970 by the server's clock; 0 if none is. */
    public static long loadingUntil(byte[] envelope) {
        return envelope.length < EXPIRY_END || envelope[0] != LOADING ? 0 : number(envelope, STAMP_END, EXPIRY_END);
    }

    /** Parses the stored form; null for another format version or too few bytes. */
    public static @Nullable StoredValue read(byte[] envelope) {
        if (envelope.length < EXPIRY_END || envelope[0] != FORMAT) {
            return null;
        }
        return new StoredValue(
                Arrays.copyOfRange(envelope, EXPIRY_END, envelope.length),
                number(envelope, 1, STAMP_END),
                number(envelope, STAMP_END, EXPIRY_END));
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }
}
