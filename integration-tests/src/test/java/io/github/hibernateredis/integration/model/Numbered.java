package io.github.hibernateredis.integration.model;

/** A row whose every state has a number of its own. */
public interface Numbered {

    long number();

    void number(long value);
}
