package io.github.hibernateredis.config;

/** Reports a value that cannot be parsed. The message says what is wrong with it, without repeating the value. */
final class WrongValueException extends RuntimeException {

    WrongValueException(String message) {
        super(message, null, false, false);
    }
}
