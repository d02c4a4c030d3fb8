package io.github.hibernateredis.store;

/**
 * As of when a read is to answer.
 *
 * @param isLatest whether any committed entry will do
 * @param openedAt otherwise the moment of which the entry must not be newer, {@link System#nanoTime()}
 */
public record Snapshot(boolean isLatest, long openedAt) {

    /** Any committed entry. */
    public static final Snapshot LATEST = new Snapshot(true, 0);

    /** No entry that is newer than a session that opened at that moment: what repeatable reads need. */
    public static Snapshot openedAt(long moment) {
        return new Snapshot(false, moment);
    }
}
