package io.github.hibernateredis.config;

import java.util.Locale;

/**
 * How the values of a region are compressed. Immutable.
 *
 * @param algorithm the algorithm; {@link Algorithm#NONE} for no compression
 * @param threshold encoded values with fewer bytes than this are stored uncompressed; at least 0
 * @since 0.1.0
 */
public record Compression(Algorithm algorithm, int threshold) {

    /**
     * The default threshold in bytes. Most entities are smaller and stay uncompressed: for them, setting up the
     * compressor costs as much time as fewer bytes save on the network.
     */
    public static final int DEFAULT_THRESHOLD = 512;

    /** Values are stored uncompressed. */
    public static final Compression NONE = new Compression(Algorithm.NONE, DEFAULT_THRESHOLD);

    /** The compression algorithms. */
    public enum Algorithm {
        /** No compression. */
        NONE,
        /** The algorithm of the JDK: smaller results, slower. */
        DEFLATE,
        /** Larger results, faster; needs the library {@code at.yawk.lz4:lz4-java}. */
        LZ4;

        /** Whether the library that it needs is on the class path. */
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
     * @throws IllegalArgumentException if the threshold is negative
     */
    public Compression {
        if (threshold < 0) {
            throw new IllegalArgumentException("threshold out of bounds: " + threshold);
        }
    }

    /** The text form that the setting accepts. */
    @Override
    public String toString() {
        return algorithm.name().toLowerCase(Locale.ROOT) + (algorithm == Algorithm.NONE ? "" : ":" + threshold);
    }
}
