package io.github.hibernateredis.store;

/**
 * A value that a session has read from the database.
 *
 * @param key the entry's key
 * @param value its bytes
 * @param openedAt when the session opened, or its transaction began, {@link System#nanoTime()}
 * @param mode what to do with a live entry
 * @param maxLifeMillis its maximum time to live, if shorter than that of the region
 */
public record Put(String key, byte[] value, long openedAt, Mode mode, long maxLifeMillis) {

    /** A value with the region's time to live. */
    public Put(String key, byte[] value, long openedAt, Mode mode) {
        this(key, value, openedAt, mode, Long.MAX_VALUE);
    }

    /** What to do with a live entry. */
    public enum Mode {
        /** Keep it: it is as current. */
        ADD,
        /** Replace it. */
        REPLACE
    }
}
