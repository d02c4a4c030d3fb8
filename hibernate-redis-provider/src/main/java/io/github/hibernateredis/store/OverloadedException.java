package io.github.hibernateredis.store;

/**
 * A request was not sent, because too many requests to the server are in progress. It says nothing about the server's
 * health.
 */
public final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what the request waited for, for the log */
    public OverloadedException(String message) {
        super(message, null, false, false);
    }
}
