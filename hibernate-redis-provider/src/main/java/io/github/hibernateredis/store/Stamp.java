package io.github.hibernateredis.store;

/**
 * A point on the number line of one region segment, issued by the shared side and nowhere else.
 *
 * <p>Stamps of one epoch are ordered by their number. Stamps of different epochs do not compare at all: the segment has
 * lost something in between, and what belongs to an older epoch is refused in the newer one.
 *
 * @param number strictly increasing within the epoch; time-like (microseconds of the server's clock), so that it
 *     goes on increasing after a loss, but never to be compared with a clock
 * @param epoch the random name of the epoch: it changes whenever the segment has lost something
 */
public record Stamp(long number, String epoch) {

    /**
     * Whether what carries this stamp is at least as new as the other. False if they belong to different epochs.
     */
    public boolean isAtLeast(Stamp other) {
        return number >= other.number && epoch.equals(other.epoch);
    }

    /** Reads the form that {@link #toString()} writes and the scripts keep in Redis. */
    public static Stamp parse(String text) {
        int colon = text.indexOf(':');
        return new Stamp(Long.parseLong(text, 0, colon, 10), text.substring(colon + 1));
    }

    @Override
    public String toString() {
        return number + ":" + epoch;
    }
}
