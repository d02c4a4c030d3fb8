package io.github.hibernateredis.config;

/**
 * When what Redis holds of a factory's regions is invalidated before the factory first uses them.
 *
 * @since 0.1.0
 */
public enum ClearOnStart {
    /** The regions are used as they are. */
    NEVER,
    /** When the ORM creates the schema: what is cached may be of a database that is no more. */
    CREATED,
    /** At every start. */
    ALWAYS
}
