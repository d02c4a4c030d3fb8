package io.github.hibernateredis.integration.model;

/** A row in which each state has a unique number. */
public interface Numbered {

    long number();

    void number(long value);
}
