package io.github.hibernateredis.testing;

/** An error reply of Redis, for example {@code WRONGTYPE ...}; the connection stays usable. */
public final class RedisException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisException(String message) {
        super(message);
    }
}
