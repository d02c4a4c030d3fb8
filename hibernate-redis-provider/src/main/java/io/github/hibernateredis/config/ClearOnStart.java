package io.github.hibernateredis.config;

/**
 * When a region factory clears its regions in Redis before it first uses them. Default: {@link #NEVER}.
 *
 * @since 0.1.0
 */
public enum ClearOnStart {
    /** The regions are used as they are. */
    NEVER,
    /** If the ORM creates the schema: the cached entries may belong to a database that no longer exists. */
    CREATED,
    /** At every start. */
    ALWAYS
}
