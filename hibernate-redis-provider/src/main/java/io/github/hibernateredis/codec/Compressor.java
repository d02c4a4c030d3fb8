package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import io.github.hibernateredis.config.Compression;
import io.github.hibernateredis.config.Compression.Algorithm;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/**
 * Compresses payloads and decompresses them. The first byte of a payload is its form. A compressed payload continues
 * with
 * <pre>varint length before compression | varint padding | stream | padding</pre>
 * The padding ensures that no payload expands more than {@link #MAX_EXPANSION} times. So a reader can allocate the
 * announced length at once: a large allocation needs a large input.
 */
final class Compressor {

    static final byte PLAIN = 0;
    static final byte DEFLATE = 1;
    static final byte LZ4 = 2;

    /** Well above the expansion of real values, so that padding is rare. */
    static final int MAX_EXPANSION = 32;

    /** Larger payloads are stored uncompressed. */
    static final int MAX_LENGTH = 1 << 24;

    private Compressor() {}

    /**
     * Returns the body with a compressed payload; the same body if compression is off or does not make it smaller.
     *
     * @param body a body with an uncompressed payload
     * @param start the position of the payload
     */
    static byte[] compress(byte[] body, int start, Compression compression) {
        int from = start + 1;
        int length = body.length - from;
        if (compression.algorithm() == Algorithm.NONE || length < compression.threshold() || length > MAX_LENGTH) {
            return body;
        }
        boolean deflate = compression.algorithm() == Algorithm.DEFLATE;
        byte[] stream = deflate ? deflate(body, from, length) : Lz4.compress(body, from, length);
        if (stream == null) {
            return body;
        }
        WireOutput out = new WireOutput();
        out.writeBytes(body, 0, start);
        out.writeByte(deflate ? DEFLATE : LZ4);
        out.writeVarInt(length, true);
        int padding = Math.max(0, (length + MAX_EXPANSION - 1) / MAX_EXPANSION - stream.length);
        out.writeVarInt(padding, true);
        out.writeBytes(stream);
        out.writeBytes(new byte[padding]);
        return out.position() < body.length ? out.toBytes() : body;
    }

    /**
     * Returns an input for the uncompressed payload.
     *
     * @throws RuntimeException for bytes that {@link #compress} did not write
     * @throws LinkageError if a library is missing that the payload needs
     */
    static WireInput open(byte[] body, int start) {
        WireInput in = new WireInput(body, start);
        byte form = in.readByte();
        if (form == PLAIN) {
            return in;
        }
        int length = in.readVarInt(true);
        int padding = in.readVarInt(true);
        int stream = in.remaining() - padding;
        boolean expandsTooFar = length < 0 || length > MAX_LENGTH || length > (long) MAX_EXPANSION * in.remaining();
        if (expandsTooFar || padding < 0 || stream < 0) {
            throw new KryoException(
                    "Announces " + length + " bytes out of " + in.remaining() + ", " + padding + " of them padding");
        }
        byte[] payload = switch (form) {
            case DEFLATE -> inflate(body, in.position(), stream, length);
            case LZ4 -> Lz4.decompress(body, in.position(), stream, length);
            default -> throw new KryoException("Unknown form of payload " + form);
        };
        return new WireInput(payload, 0);
    }

    private static byte @Nullable [] deflate(byte[] bytes, int from, int length) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(bytes, from, length);
            deflater.finish();
            byte[] room = new byte[length];
            int used = deflater.deflate(room);
            return deflater.finished() ? Arrays.copyOf(room, used) : null;
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] bytes, int from, int stream, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, from, stream);
            byte[] payload = new byte[length];
            int used = 0;
            // No progress means the end, or that the stream needs more input or a dictionary, which do not exist.
            for (int n = 1; n > 0 && used < length; used += n) {
                n = inflater.inflate(payload, used, length - used);
            }
            boolean over = inflater.finished() || inflater.inflate(new byte[1]) == 0 && inflater.finished();
            if (used < length || !over || inflater.getRemaining() > 0) {
                throw new KryoException("Not the bytes that were declared");
            }
            return payload;
        } catch (DataFormatException e) {
            throw new KryoException(e);
        } finally {
            inflater.end();
        }
    }

    /**
     * A separate class, because the library may be missing. Only its pure Java implementation is used: the other ones
     * bypass the JVM's bounds checks, so that a bug in them could be exploited by hostile bytes.
     */
    private static final class Lz4 {

        private static final LZ4Factory FACTORY = LZ4Factory.safeInstance();

        static byte[] compress(byte[] bytes, int from, int length) {
            return FACTORY.fastCompressor().compress(bytes, from, length);
        }

        static byte[] decompress(byte[] bytes, int from, int stream, int length) {
            byte[] payload = new byte[length];
            int used = FACTORY.safeDecompressor().decompress(bytes, from, stream, payload, 0);
            if (used != length) {
                throw new KryoException("Not the bytes that were declared");
            }
            return payload;
        }
    }
}
