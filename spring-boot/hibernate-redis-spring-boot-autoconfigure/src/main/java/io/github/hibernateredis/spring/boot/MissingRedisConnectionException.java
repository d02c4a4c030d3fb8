package io.github.hibernateredis.spring.boot;

/** No Redis is configured for the second-level cache. */
final class MissingRedisConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingRedisConnectionException(String message) {
        super(message);
    }
}
