package io.github.hibernateredis.config;

/** What is done when regions under the key prefix hold the rows of another database. */
public enum OnForeignPrefix {
    /** One warning that names both. */
    WARN,
    /** The start fails, if Redis can be reached. */
    FAIL,
    /** Nothing is compared. */
    IGNORE
}
