package io.github.hibernateredis.events;

/**
 * What became of a reload of an entry that was still served: {@code early_refresh} and {@code stale_ttl}.
 *
 * @since 0.1.0
 */
public enum Reload {
    /** The entry is new, or was dropped because its row is gone. */
    DONE,
    /** It was loaded, and what was loaded was not stored. */
    NOT_STORED,
    /** It could not be loaded. */
    FAILED,
    /** Another thread or instance reloads it, or has done so. */
    ELSEWHERE,
    /** It was not begun, since too many reloads were waiting for a thread. */
    TOO_MANY
}
