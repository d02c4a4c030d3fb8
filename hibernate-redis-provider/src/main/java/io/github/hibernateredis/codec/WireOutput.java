package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Output;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer with this package's own form of strings: a varint of {@code byte length << 2 | kind}, 0 for null,
 * then the bytes in Latin-1, UTF-8 or, for text with unpaired surrogates, UTF-16. Kryo's own form is not used because
 * its reader changes bits in the input array.
 */
final class WireOutput extends Output {

    /**
     * How deep arrays and embeddables may be nested. The limit is the same for both sides, so that everything that is
     * written can be read.
     */
    static final int MAX_DEPTH = 64;

    static final int LATIN_1 = 1;
    static final int UTF_8 = 2;
    static final int UTF_16 = 3;

    private int depth;

    WireOutput() {
        super(256, -1);
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new KryoException("Nested deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }

    @Override
    public void writeString(@Nullable String text) {
        if (text == null) {
            writeVarInt(0, true);
            return;
        }
        int kind = kind(text);
        byte[] encoded = switch (kind) {
            case LATIN_1 -> text.getBytes(StandardCharsets.ISO_8859_1);
            case UTF_8 -> text.getBytes(StandardCharsets.UTF_8);
            default -> utf16(text);
        };
        writeVarLong((long) encoded.length << 2 | kind, true);
        writeBytes(encoded);
    }

    private static int kind(String text) {
        int kind = LATIN_1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF) {
                kind = UTF_8;
                if (Character.isSurrogate(c)) {
                    boolean paired = Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
                    if (!paired) {
                        return UTF_16;
                    }
                    i++;
                }
            }
        }
        return kind;
    }

    /** Not {@code getBytes}, which would replace the unpaired surrogates for which this form exists. */
    private static byte[] utf16(String text) {
        byte[] bytes = new byte[text.length() * 2];
        for (int i = 0; i < text.length(); i++) {
            bytes[2 * i] = (byte) (text.charAt(i) >> 8);
            bytes[2 * i + 1] = (byte) text.charAt(i);
        }
        return bytes;
    }
}
