package io.github.hibernateredis.config;

/**
 * What to do if regions under the key prefix contain the rows of another database. Default: {@link #WARN}.
 *
 * @since 0.1.0
 */
public enum OnForeignPrefix {
    /** Log one warning that names both databases. */
    WARN,
    /** Stop the start, if Redis can be reached. */
    FAIL,
    /** Compare nothing. */
    IGNORE
}
