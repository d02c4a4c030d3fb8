package io.github.hibernateredis.store;

/** Every request fails with this exception, at once, until there has been a connection to Redis. */
public final class NotConnectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message the reason, for the log */
    public NotConnectedException(String message) {
        super(message, null, false, false);
    }
}
