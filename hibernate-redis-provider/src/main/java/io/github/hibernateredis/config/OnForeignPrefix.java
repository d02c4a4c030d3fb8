package io.github.hibernateredis.config;

/**
 * What is done when regions under the key prefix hold the rows of another database.
 *
 * @since 0.1.0
 */
public enum OnForeignPrefix {
    /** One warning that names both. */
    WARN,
    /** The start fails, if Redis can be reached. */
    FAIL,
    /** Nothing is compared. */
    IGNORE
}
