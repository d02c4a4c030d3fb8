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
 * bytes 15-20  if it expires when it is not read for some time: its latest expiry, however often it is read
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
 * @param latestExpiry what reads can make of it at most
 */
public record StoredValue(byte[] value, long stamp, long expiry, long latestExpiry) {

    /** The first byte of every entry whose expiry is final. */
    public static final byte FORMAT = 0x11;

    /** The first byte of an entry that expires when it is not read for some time. */
    private static final byte IDLE = 0x12;

    /** The first byte of the mark that replaces an entry while it is being loaded. */
    private static final byte LOADING = 0x4c;

    private static final int STAMP_END = 9;
    private static final int EXPIRY_END = 15;
    private static final int LATEST_END = 21;

    /** Until when a session is loading the entry, in milliseconds since 1970 by the server's clock; 0 if none is. */
    public static long loadingUntil(byte[] envelope) {
        return envelope.length < EXPIRY_END || envelope[0] != LOADING ? 0 : number(envelope, STAMP_END, EXPIRY_END);
    }

    /** Parses the stored form; null for another format version or too few bytes. */
    public static @Nullable StoredValue read(byte[] envelope) {
        boolean idle = envelope.length >= LATEST_END && envelope[0] == IDLE;
        if (!idle && (envelope.length < EXPIRY_END || envelope[0] != FORMAT)) {
            return null;
        }
        long expiry = number(envelope, STAMP_END, EXPIRY_END);
        return new StoredValue(
                Arrays.copyOfRange(envelope, idle ? LATEST_END : EXPIRY_END, envelope.length),
                number(envelope, 1, STAMP_END),
                expiry,
                idle ? number(envelope, EXPIRY_END, LATEST_END) : expiry);
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }
}
