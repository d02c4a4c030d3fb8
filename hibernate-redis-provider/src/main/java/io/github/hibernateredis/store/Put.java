package io.github.hibernateredis.store;

/**
 * A value that a session has read from the database.
 *
 * @param key the entry's key
 * @param value its bytes
 * @param openedAt when the session opened, or its transaction began, {@link System#nanoTime()}
 * @param mode what to do with a live entry
 * @param maxLifeMillis how long it lives at most, if that is shorter than what the region says
 */
public record Put(String key, byte[] value, long openedAt, Mode mode, long maxLifeMillis) {

    /** A value that lives as long as the region says. */
    public Put(String key, byte[] value, long openedAt, Mode mode) {
        this(key, value, openedAt, mode, Long.MAX_VALUE);
    }

    /** What to do with a live entry. */
    public enum Mode {
        /** It stays: it is as current. */
        ADD,
        /** It is replaced. */
        REPLACE
    }
}
