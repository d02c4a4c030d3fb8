package io.github.hibernateredis.codec;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a value, parsed as far as possible without the mapping.
 *
 * @param checksum the checksum in front, eight hexadecimal digits in the order of the bytes
 * @param compression {@code none}, {@code deflate}, {@code lz4} or {@code unknown}
 * @param payload the payload after decompression; the stored payload if it cannot be decompressed
 */
public record StoredBody(String checksum, String compression, byte[] payload) {

    private static final int CHECK_LENGTH = 4;

    /** Parses a value; null for too few bytes. Never throws. */
    public static @Nullable StoredBody read(byte[] value) {
        if (value.length <= CHECK_LENGTH) {
            return null;
        }
        String compression = switch (value[CHECK_LENGTH]) {
            case Compressor.PLAIN -> "none";
            case Compressor.DEFLATE -> "deflate";
            case Compressor.LZ4 -> "lz4";
            default -> "unknown";
        };
        return new StoredBody(HexFormat.of().formatHex(value, 0, CHECK_LENGTH), compression, payload(value));
    }

    private static byte[] payload(byte[] value) {
        try {
            WireInput in = Compressor.open(value, CHECK_LENGTH);
            return in.readBytes(in.remaining());
        } catch (RuntimeException | LinkageError e) {
            return Arrays.copyOfRange(value, CHECK_LENGTH + 1, value.length);
        }
    }
}
