package io.github.hibernateredis.codec;

import io.github.hibernateredis.config.Compression;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The common part of all codecs: the check in front of the payload. Encoding fails with one type of exception, and
 * decoding never fails.
 *
 * @param <E> the encoded type
 * @param <D> the decoded type
 */
abstract class CheckedCodec<E, D> {

    private final String role;
    private final Fingerprint fingerprint;
    private final DecodeFailures decodeFailures;

    /**
     * The first message of each type of failure. Messages may contain values, so logging each of them would produce too
     * many lines.
     */
    private final Map<Class<?>, String> failures = new ConcurrentHashMap<>();

    CheckedCodec(String role, Fingerprint fingerprint, DecodeFailures decodeFailures) {
        this.role = role;
        this.fingerprint = fingerprint;
        this.decodeFailures = decodeFailures;
    }

    final Fingerprint fingerprint() {
        return fingerprint;
    }

    abstract void write(WireOutput out, E value);

    abstract D read(WireInput in);

    final byte[] encodeChecked(E value, Compression compression) {
        try {
            WireOutput out = Fingerprint.begin();
            write(out, value);
            return fingerprint.seal(out, compression);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            throw uncacheable(e);
        }
    }

    /** Unwraps an exception that Kryo has wrapped. */
    private UncacheableValueException uncacheable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UncacheableValueException) {
                return new UncacheableValueException(role + ": " + cause.getMessage(), cause);
            }
        }
        String message =
                failures.computeIfAbsent(failure.getClass(), kind -> role + ": the value cannot be cached: " + failure);
        return new UncacheableValueException(message, failure);
    }

    final @Nullable D decodeChecked(byte[] bytes) {
        try {
            WireInput in = fingerprint.open(bytes);
            if (in == null) {
                decodeFailures.otherMapping(role);
                return null;
            }
            D value = read(in);
            if (in.remaining() == 0) {
                return value;
            }
            decodeFailures.malformed(role, "bytes left over");
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            decodeFailures.malformed(role, e.toString());
        }
        return null;
    }
}
