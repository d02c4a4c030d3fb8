package io.github.hibernateredis.config;

/** A value cannot be read. The message says what is wrong with it, without repeating it. */
final class WrongValueException extends RuntimeException {

    WrongValueException(String message) {
        super(message, null, false, false);
    }
}
