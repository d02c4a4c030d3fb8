package io.github.hibernateredis.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Represents a row that does not exist: {@code absent_ttl}. */
enum AbsentRow {
    /** The only instance. */
    INSTANCE;

    /** No codec produces or accepts these bytes: their first byte is no payload format. */
    private static final byte[] BYTES = "GONE\u007f".getBytes(US_ASCII);

    static byte[] bytes() {
        return BYTES.clone();
    }

    static boolean is(byte[] value) {
        return Arrays.equals(BYTES, value);
    }
}
