package io.github.hibernateredis.store;

/**
 * A logical timestamp in one region segment. Only Redis issues stamps.
 *
 * <p>Stamps of one epoch are ordered by their number. Stamps of different epochs cannot be compared: the segment has
 * lost data in between, and the newer epoch refuses everything that belongs to an older one.
 *
 * @param number strictly increasing within the epoch. It is derived from the server's clock in microseconds, so that it
 *     keeps increasing after a loss, but it must never be compared with a clock
 * @param epoch the random name of the epoch, which changes whenever the segment has lost data
 */
public record Stamp(long number, String epoch) {

    /**
     * Whether an object with this stamp is at least as new as one with the other stamp. False if the epochs differ.
     */
    public boolean isAtLeast(Stamp other) {
        return number >= other.number && epoch.equals(other.epoch);
    }

    /** Parses the form that {@link #toString()} writes and the scripts keep in Redis. */
    public static Stamp parse(String text) {
        int colon = text.indexOf(':');
        return new Stamp(Long.parseLong(text, 0, colon, 10), text.substring(colon + 1));
    }

    @Override
    public String toString() {
        return number + ":" + epoch;
    }
}
