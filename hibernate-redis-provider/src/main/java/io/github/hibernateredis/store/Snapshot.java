package io.github.hibernateredis.store;

/**
 * The moment whose state a read must return.
 *
 * @param isLatest whether any committed entry may be returned
 * @param openedAt otherwise the entry must not be newer than this moment, {@link System#nanoTime()}
 */
public record Snapshot(boolean isLatest, long openedAt) {

    /** Any committed entry. */
    public static final Snapshot LATEST = new Snapshot(true, 0);

    /** No entry that is newer than a session that opened at that moment, as repeatable reads require. */
    public static Snapshot openedAt(long moment) {
        return new Snapshot(false, moment);
    }
}
