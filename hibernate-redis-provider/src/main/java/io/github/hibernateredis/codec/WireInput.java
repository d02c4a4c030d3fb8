package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link WireOutput} wrote, from untrusted bytes. Every count that leads to an allocation goes through
 * {@link #claim}: all claims of one decoding together cannot exceed the number of input bits, so nested counts cannot
 * multiply. The input array is never changed, so threads may share it.
 */
final class WireInput extends Input {

    private long unclaimedBits;
    private long stepsLeft;
    private int depth;

    WireInput(byte[] bytes, int offset) {
        super(bytes, offset, bytes.length - offset);
        unclaimedBits = 8L * remaining();
        stepsLeft = steps(remaining());
    }

    /** The maximum number of steps for walking all graphs in an input of that many bytes. */
    static long steps(int bytes) {
        return 40_000 + 4L * bytes;
    }

    long stepsLeft() {
        return stepsLeft;
    }

    void stepsLeft(long left) {
        stepsLeft = left;
    }

    int remaining() {
        return limit - position;
    }

    void enter() {
        if (++depth > WireOutput.MAX_DEPTH) {
            throw new KryoException("Nested deeper than " + WireOutput.MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }

    /**
     * Reads the number of elements that follow.
     *
     * @param bitsEach the minimum number of bits of one element
     */
    int readCount(int bitsEach) {
        int count = readVarInt(true);
        claim(count, bitsEach);
        return count;
    }

    void claim(int count, int bitsEach) {
        long bits = (long) count * bitsEach;
        if (count < 0 || bits > 8L * remaining() || bits > unclaimedBits) {
            throw new KryoException("Announces " + count + " elements, " + remaining() + " bytes remain");
        }
        unclaimedBits -= bits;
    }

    /** Reads bytes whose number the mapping or an earlier claim has fixed. */
    byte[] readClaimed(int length) {
        if (length > remaining()) {
            throw new KryoException("Needs " + length + " bytes, " + remaining() + " remain");
        }
        return super.readBytes(length);
    }

    @Override
    public byte[] readBytes(int length) {
        claim(length, 8);
        return super.readBytes(length);
    }

    @Override
    public @Nullable String readString() {
        long header = readVarLong(true);
        if (header == 0) {
            return null;
        }
        long length = header >>> 2;
        if (length > remaining()) {
            throw new KryoException("Announces a text of " + length + " bytes, but only " + remaining() + " remain");
        }
        claim((int) length, 8);
        int start = position;
        position += (int) length;
        return switch ((int) header & 3) {
            case WireOutput.LATIN_1 -> new String(buffer, start, (int) length, StandardCharsets.ISO_8859_1);
            case WireOutput.UTF_8 -> new String(buffer, start, (int) length, StandardCharsets.UTF_8);
            case WireOutput.UTF_16 -> utf16(start, (int) length);
            default -> throw new KryoException("Unknown form of text");
        };
    }

    private String utf16(int start, int length) {
        char[] text = new char[length / 2];
        for (int i = 0; i < text.length; i++) {
            text[i] = (char) (buffer[start + 2 * i] << 8 | buffer[start + 2 * i + 1] & 0xFF);
        }
        return new String(text);
    }

    /** Reads a text that is never null. */
    String readText() {
        String text = readString();
        if (text == null) {
            throw new KryoException("Text expected");
        }
        return text;
    }
}
