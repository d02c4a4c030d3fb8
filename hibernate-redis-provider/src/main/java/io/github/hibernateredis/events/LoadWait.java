package io.github.hibernateredis.events;

/** How a wait for another session's load has ended: {@code load_wait}. */
public enum LoadWait {
    /** The value is there. */
    SERVED,
    /** It is not: the session loads it itself. */
    IN_VAIN,
    /** It was not begun, since {@code load_waiters} threads were waiting: the session loads the value itself. */
    TOO_MANY
}
