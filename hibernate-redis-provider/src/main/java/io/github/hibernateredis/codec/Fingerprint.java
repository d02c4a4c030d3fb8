package io.github.hibernateredis.codec;

import io.github.hibernateredis.config.Compression;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the layout of a role's values, and protects their bodies. The first four bytes of a body are the CRC32C of
 * the fingerprint followed by the payload. The first byte of the payload says how the rest is compressed.
 */
final class Fingerprint {

    /** Incremented whenever the form of any value changes. */
    static final String FORMAT = "3";

    private static final int CHECK_LENGTH = 4;

    private final byte[] hash;

    /** @param description everything that the layout depends on; the same on every JVM */
    Fingerprint(String description) {
        hash = sha256(FORMAT + '\n' + description);
    }

    /** A buffer for writing a payload. */
    static WireOutput begin() {
        WireOutput out = new WireOutput();
        out.writeInt(0);
        out.writeByte(Compressor.PLAIN);
        return out;
    }

    /** Returns the finished body. */
    byte[] seal(WireOutput out, Compression compression) {
        return seal(Compressor.compress(out.toBytes(), CHECK_LENGTH, compression));
    }

    /** Writes the checksum into the first bytes. */
    byte[] seal(byte[] body) {
        int check = check(body);
        for (int i = 0; i < CHECK_LENGTH; i++) {
            body[i] = (byte) (check >>> 8 * i);
        }
        return body;
    }

    /**
     * Returns the payload; null if the body has another layout.
     *
     * @throws RuntimeException if the payload is damaged in a way that only its form shows
     * @throws LinkageError if a library is missing that the payload needs
     */
    @Nullable
    WireInput open(byte[] body) {
        if (body.length < CHECK_LENGTH) {
            return null;
        }
        int check = check(body);
        for (int i = 0; i < CHECK_LENGTH; i++) {
            if (body[i] != (byte) (check >>> 8 * i)) {
                return null;
            }
        }
        return Compressor.open(body, CHECK_LENGTH);
    }

    private int check(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(hash);
        crc.update(body, CHECK_LENGTH, body.length - CHECK_LENGTH);
        return (int) crc.getValue();
    }

    static byte[] sha256(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
