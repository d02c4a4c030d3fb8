package io.github.hibernateredis.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Represents a row that does not exist: {@code absent_ttl}. */
public enum AbsentRow {
    /** The only instance. */
    INSTANCE;

    /** No codec produces or accepts these bytes: their first byte is no payload format. */
    private static final byte[] BYTES = "GONE\u007f".getBytes(US_ASCII);

    /** What is stored of it. */
    public static byte[] bytes() {
        return BYTES.clone();
    }

    /** Whether those bytes say that there is no such row. */
    public static boolean is(byte[] value) {
        return Arrays.equals(BYTES, value);
    }
}
