package io.github.hibernateredis.store;

/** A request was not sent, or its answer is no longer awaited, because its server does not answer. */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message names the server, for the log */
    public UnavailableException(String message) {
        super(message, null, false, false);
    }
}
