package io.github.hibernateredis.codec;

import com.sun.management.ThreadMXBean;
import io.github.hibernateredis.codec.CodecDomain.Animal;
import io.github.hibernateredis.codec.CodecDomain.Book;
import io.github.hibernateredis.codec.CodecDomain.ByEmbedded;
import io.github.hibernateredis.codec.CodecDomain.Everything;
import io.github.hibernateredis.codec.CodecDomain.Loose;
import io.github.hibernateredis.codec.CodecDomain.Owner;
import io.github.hibernateredis.codec.CodecDomain.Plan;
import io.github.hibernateredis.codec.CodecDomain.Shelf;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codecs of every kind, for untrusted bytes. The checksum would reject most inputs, so it is recomputed: an attacker
 * with write access to Redis can compute it, too.
 */
final class Decoders implements AutoCloseable {

    /** The first byte of an input selects the codec. */
    enum Kind {
        EVERYTHING,
        ANIMAL,
        LOOSE,
        PLAN,
        ANIMALS,
        LINES,
        ADDRESSES,
        LABELS,
        THINGS,
        BOOK_ID,
        EMBEDDED_ID,
        RESULTS
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The allowed allocation of any decoding: a Kryo instance, stack traces, and the walk through shared objects. */
    private static final long ALLOWANCE = 8 << 20;

    /**
     * References, boxes and nodes of collections for each byte, multiplied by the maximum expansion of compressed
     * bytes.
     */
    private static final long ALLOWANCE_PER_BYTE = 64;

    final Domain domain = new Domain();
    final Codecs codecs;
    final List<String> warnings = new ArrayList<>();
    private final List<CheckedCodec<?, ?>> all = new ArrayList<>();

    Decoders() {
        codecs = new Codecs(domain.factory, List.of(), warnings::add);
        for (Class<?> entity : List.of(Everything.class, Animal.class, Loose.class, Plan.class)) {
            all.add((CheckedCodec<?, ?>) codecs.entity(domain.entity(entity)));
        }
        for (String property : List.of("animals", "lines", "addresses", "labels")) {
            all.add((CheckedCodec<?, ?>) codecs.collection(domain.collection(Owner.class, property)));
        }
        all.add((CheckedCodec<?, ?>) codecs.collection(domain.collection(Shelf.class, "things")));
        all.add((CheckedCodec<?, ?>) codecs.naturalId(domain.entity(Book.class)));
        all.add((CheckedCodec<?, ?>) codecs.naturalId(domain.entity(ByEmbedded.class)));
        all.add(codecs.queryResults().checked());
    }

    CheckedCodec<?, ?> codec(Kind kind) {
        return all.get(kind.ordinal());
    }

    /**
     * Decodes, and requires that the result is a value or a counted miss, with bounded memory.
     *
     * @param body with any four bytes in front, which are overwritten
     */
    @Nullable
    Object decode(Kind kind, byte[] body) {
        codec(kind).fingerprint().seal(body);
        boolean compressed = body.length > 4 && body[4] != Compressor.PLAIN;
        long perByte = compressed ? ALLOWANCE_PER_BYTE * Compressor.MAX_EXPANSION : ALLOWANCE_PER_BYTE;
        long allowance = ALLOWANCE + perByte * body.length;
        for (int attempt = 0; attempt < 3; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Object value = decodeSealed(kind, body);
            if (THREADS.getCurrentThreadAllocatedBytes() - before <= allowance) {
                return value;
            }
            // Classes may have been loaded and instrumented for the first time.
        }
        throw new AssertionError(kind + ": more than " + allowance + " bytes allocated for " + body.length);
    }

    private @Nullable Object decodeSealed(Kind kind, byte[] body) {
        long rejected = codecs.rejected();
        Object value = codec(kind).decodeChecked(body);
        if (codecs.rejected() - rejected != (value == null ? 1 : 0)) {
            throw new AssertionError(kind + ": a miss that is not counted, or a hit that is");
        }
        if (System.getProperty(Trap.SPRUNG) != null) {
            throw new AssertionError(kind + ": code has run that the mapping does not name");
        }
        return value;
    }

    /** Decodes an input of the fuzzer: one byte for the codec, then the payload. */
    @Nullable
    Object decodeInput(byte[] input) {
        if (input.length == 0) {
            return null;
        }
        byte[] body = new byte[4 + input.length - 1];
        System.arraycopy(input, 1, body, 4, input.length - 1);
        return decode(Kind.values()[(input[0] & 0xFF) % Kind.values().length], body);
    }

    @Override
    public void close() {
        domain.close();
    }
}
