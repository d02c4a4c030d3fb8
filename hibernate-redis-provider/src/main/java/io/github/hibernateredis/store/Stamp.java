package io.github.hibernateredis.store;

import org.jspecify.annotations.Nullable;

/**
 * A point on the number line of one region segment, issued by the shared side and nowhere else.
 *
 * <p>Stamps of one incarnation are ordered by their number. Stamps of different incarnations do not compare at all: the
 * segment has lost something in between, and whatever an older life knew is refused by the newer one.
 *
 * @param number strictly increasing within the incarnation; time-like (microseconds of the server's clock), so that it
 *     goes on increasing after a loss, but never to be compared with a clock
 * @param incarnation the random name of this life of the segment
 */
public record Stamp(long number, String incarnation) {

    /**
     * Whether what carries this stamp is at least as new as the other. False if they belong to different incarnations.
     */
    public boolean isAtLeast(Stamp other) {
        return number >= other.number && incarnation.equals(other.incarnation);
    }

    /** Reads the form that {@link #toString()} writes and the scripts keep in Redis. */
    public static Stamp parse(String text) {
        int colon = text.indexOf(':');
        return new Stamp(Long.parseLong(text, 0, colon, 10), text.substring(colon + 1));
    }

    /** Reads that form where somebody else may have written: null if it is damaged. */
    public static @Nullable Stamp parseIfWhole(String text) {
        int colon = text.indexOf(':');
        try {
            return colon < 0 ? null : parse(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return number + ":" + incarnation;
    }
}
