package io.github.hibernateredis.codec;

import io.github.hibernateredis.config.Compression;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Identifies how a role's values are laid out, and guards its bodies: the first four bytes of a body are the CRC32C of
 * the fingerprint followed by the payload, whose first byte says whether the rest is compressed.
 */
final class Fingerprint {

    /** Raised whenever the form of any value changes. */
    static final String FORMAT = "3";

    private static final int CHECK_LENGTH = 4;

    private final byte[] hash;

    /** @param description says everything that the layout depends on, the same on every JVM */
    Fingerprint(String description) {
        hash = sha256(FORMAT + '\n' + description);
    }

    /** A buffer to write a payload into. */
    static WireOutput begin() {
        WireOutput out = new WireOutput();
        out.writeInt(0);
        out.writeByte(Compressor.PLAIN);
        return out;
    }

    /** The finished body. */
    byte[] seal(WireOutput out, Compression compression) {
        return seal(Compressor.compress(out.toBytes(), CHECK_LENGTH, compression));
    }

    /** Writes the check into the first bytes. */
    byte[] seal(byte[] body) {
        int check = check(body);
        for (int i = 0; i < CHECK_LENGTH; i++) {
            body[i] = (byte) (check >>> 8 * i);
        }
        return body;
    }

    /**
     * The payload, or null if this is not a body of this layout.
     *
     * @throws RuntimeException if it is damaged where only the form of a payload tells
     * @throws LinkageError if the library is not there that it needs
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
