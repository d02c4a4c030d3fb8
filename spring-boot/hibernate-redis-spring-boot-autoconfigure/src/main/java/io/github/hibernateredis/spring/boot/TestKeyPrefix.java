package io.github.hibernateredis.spring.boot;

/** A key prefix that keeps the contexts of tests apart, whatever is configured. */
record TestKeyPrefix(String value) {}
