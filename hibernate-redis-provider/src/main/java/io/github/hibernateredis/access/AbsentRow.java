package io.github.hibernateredis.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Stands for a row that does not exist: {@code absent_ttl}. */
enum AbsentRow {
    /** The only one. */
    INSTANCE;

    /** No codec makes or takes it: the byte for the form of its payload is none. */
    private static final byte[] BYTES = "GONE\u007f".getBytes(US_ASCII);

    static byte[] bytes() {
        return BYTES.clone();
    }

    static boolean is(byte[] value) {
        return Arrays.equals(BYTES, value);
    }
}
