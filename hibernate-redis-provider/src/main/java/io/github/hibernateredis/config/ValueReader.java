package io.github.hibernateredis.config;

/** Parses a setting's value in any form that the setting accepts. */
@FunctionalInterface
interface ValueReader<T> {

    /**
     * Parses the value.
     *
     * @throws WrongValueException if the value is not valid
     */
    T read(Object value);
}
