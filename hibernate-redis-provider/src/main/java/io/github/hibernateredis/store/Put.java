package io.github.hibernateredis.store;

/**
 * A value that a session has read from the database.
 *
 * @param key the entry's key
 * @param value its bytes
 * @param openedAt when the session opened, or its transaction began, {@link System#nanoTime()}
 * @param mode what to do with a live entry
 */
public record Put(String key, byte[] value, long openedAt, Mode mode) {

    /** What to do with a live entry. */
    public enum Mode {
        /** It stays: it is as current. */
        ADD,
        /** It is replaced. */
        REPLACE
    }
}
