package io.github.hibernateredis.events;

/**
 * How a wait for another session's load has ended. See {@link io.github.hibernateredis.RedisSettings#LOAD_WAIT}.
 *
 * @since 0.1.0
 */
public enum LoadWait {
    /** The value was stored in time and is used. */
    SERVED,
    /** The value was not stored in time: the session loads it itself. */
    NOT_SERVED,
    /**
     * The session did not wait, because {@code load_waiters} threads were waiting already. It loads the value itself.
     */
    TOO_MANY
}
