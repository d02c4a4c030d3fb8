package io.github.hibernateredis.store.redis;

import org.jspecify.annotations.Nullable;

/** A segment belongs to another number of segments than this instance uses. Nothing was read or written. */
final class OtherLayoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OtherLayoutException(String region, int mine, String theirs) {
        super(
                "Region " + region + " has " + theirs + " segments; this instance used " + mine
                        + " and adopts that number with its next heartbeat",
                null,
                false,
                false);
    }

    /** Whether a request failed with this exception. */
    static boolean is(@Nullable Throwable failure) {
        return failure != null && RedisConnection.cause(failure) instanceof OtherLayoutException;
    }
}
