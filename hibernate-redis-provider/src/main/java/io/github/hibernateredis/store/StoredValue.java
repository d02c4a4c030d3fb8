package io.github.hibernateredis.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of an item in the data map.
 *
 * <pre>
 * byte 0       format version
 * bytes 1-8    stamp, big endian
 * bytes 9-14   expiry in milliseconds since 1970 by the server's clock, big endian
 * the rest     the value
 * </pre>
 *
 * <p>The stamp is known only inside the script that stores the item, so the scripts build the envelope and this class
 * reads it. A server that expires hash fields reclaims the memory of an item; its end is what the envelope says. The stamp
 * decides only whether a repeatable read may use the item, so it needs no check sum; the value brings its own.
 *
 * @param value what was stored
 * @param stamp the number of the item's stamp
 * @param expiry milliseconds since 1970 by the server's clock
 */
public record StoredValue(byte[] value, long stamp, long expiry) {

    /** The first byte of every item. */
    public static final byte FORMAT = 0x11;

    /** The first byte of what stands in the place of an item that is being loaded. */
    private static final byte LOADING = 0x4c;

    private static final int STAMP_END = 9;
    private static final int EXPIRY_END = 15;

    /** Until when somebody is loading the item, milliseconds since 1970 by the server's clock; 0 if nobody is. */
    public static long loadingUntil(byte[] envelope) {
        return envelope.length < EXPIRY_END || envelope[0] != LOADING ? 0 : number(envelope, STAMP_END, EXPIRY_END);
    }

    /** Reads an envelope; null for bytes of another format version or too few bytes. */
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
