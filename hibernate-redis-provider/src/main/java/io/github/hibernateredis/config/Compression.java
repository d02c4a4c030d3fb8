package io.github.hibernateredis.config;

import java.util.Locale;

/**
 * How the values of a region are compressed.
 *
 * @param algorithm how; {@link Algorithm#NONE} for not at all
 * @param threshold encoded values of fewer bytes than this are stored as they are; at least 0
 * @since 0.1.0
 */
public record Compression(Algorithm algorithm, int threshold) {

    /**
     * Below, the table of what repeats takes up what a smaller value saves on the wire: most entities stay as they are.
     */
    public static final int DEFAULT_THRESHOLD = 512;

    /** Values are stored as they are. */
    public static final Compression NONE = new Compression(Algorithm.NONE, DEFAULT_THRESHOLD);

    /** The algorithms. */
    public enum Algorithm {
        /** None. */
        NONE,
        /** That of the JDK: smaller, slower. */
        DEFLATE,
        /** Larger, faster; needs the library {@code at.yawk.lz4:lz4-java}. */
        LZ4;

        /** Whether what it needs is on the class path. */
        boolean isAvailable() {
            if (this != LZ4) {
                return true;
            }
            try {
                Class.forName("net.jpountz.lz4.LZ4Factory", false, Compression.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        }
    }

    /**
     * Checks the threshold.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Compression {
        if (threshold < 0) {
            throw new IllegalArgumentException("threshold out of bounds: " + threshold);
        }
    }

    /** As a setting says it. */
    @Override
    public String toString() {
        return algorithm.name().toLowerCase(Locale.ROOT) + (algorithm == Algorithm.NONE ? "" : ":" + threshold);
    }
}
