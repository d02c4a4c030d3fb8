package io.github.hibernateredis.store;

/** A request was not sent: more requests are under way than the server keeps up with. Says nothing of the server's health. */
public final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message says what it waited for, for the log */
    public OverloadedException(String message) {
        super(message, null, false, false);
    }
}
