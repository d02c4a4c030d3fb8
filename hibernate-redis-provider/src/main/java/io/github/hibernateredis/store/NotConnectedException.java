package io.github.hibernateredis.store;

/** What everything fails with, at once, as long as there has not been a connection to the shared side. */
public final class NotConnectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message says why, for the log */
    public NotConnectedException(String message) {
        super(message, null, false, false);
    }
}
