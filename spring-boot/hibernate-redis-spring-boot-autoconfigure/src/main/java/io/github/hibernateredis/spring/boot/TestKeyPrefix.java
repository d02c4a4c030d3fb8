package io.github.hibernateredis.spring.boot;

/** A key prefix that separates the contexts of tests, whatever is configured. */
record TestKeyPrefix(String value) {}
