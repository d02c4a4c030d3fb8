package io.github.hibernateredis.spring.boot;

/** Nothing says which Redis is to be the second-level cache. */
final class MissingRedisConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingRedisConnectionException(String message) {
        super(message);
    }
}
