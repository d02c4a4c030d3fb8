package io.github.hibernateredis.config;

/** Reads a setting's value in any form that the setting accepts. */
@FunctionalInterface
interface ValueReader<T> {

    /**
     * Reads the value.
     *
     * @throws WrongValueException if it is not one
     */
    T read(Object value);
}
