package io.github.hibernateredis.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Names in Redis: {@code <prefix>:{<region>}:<suffix>}, or {@code <prefix>:{<region>#<segment>}:<suffix>} of a region that is
 * spread. The braces make the hashes of one segment share a cluster slot, so braces and hashes in the region's name itself
 * are percent-encoded.
 */
final class KeyLayout {

    /** Field of the data map that holds the segment's newest stamp; entry keys never begin with {@code !}. */
    static final String STAMP_FIELD = "!s";

    /** Floors of one region: a bound for its memory, and for how many keys share the fate of one that was written. */
    private static final int BUCKETS = 1024;

    /** So few floors would make a write refuse the loads of too many other keys. */
    private static final int LEAST_BUCKETS = 16;

    private KeyLayout() {}

    /**
     * Where a segment of a region is.
     *
     * @param guards the name of the hash that orders everything
     * @param data the name of the hash that items are in
     * @param reloads the name of the hash of the leases to reload items
     * @param segments how many segments the region has
     * @param buckets how many floors this one has
     */
    record Place(String guards, String data, String reloads, int segments, int buckets) {}

    /** A segment of a region that has so many. */
    static Place place(String prefix, String region, int number, int segments) {
        return place(prefix, region, number, segments, segments);
    }

    /** A segment of a region that had so many, taken over for another number. */
    static Place place(String prefix, String region, int number, int had, int segments) {
        String tag = had == 1 ? tag(region) : tag(region) + '#' + number;
        return new Place(
                key("guards", prefix, tag),
                key("data", prefix, tag),
                key("reloads", prefix, tag),
                segments,
                Math.max(LEAST_BUCKETS, BUCKETS / segments));
    }

    static String tables(String prefix, String region) {
        return key("tables", prefix, tag(region));
    }

    /** What says in how many segments a region lies. */
    static String layout(String prefix, String region) {
        return key("layout", prefix, tag(region));
    }

    /** What says which database the rows of each region are from. */
    static String owner(String prefix) {
        return key("databases", prefix, "owner");
    }

    /** A pattern of {@code SCAN} for the guards of all segments. */
    static String guardsPattern(String prefix) {
        return prefix.replaceAll("([\\\\*?\\[\\]])", "\\\\$1") + ":{*}:guards";
    }

    /** The region whose guards have that name; null if these are none. */
    static @Nullable String regionOf(String prefix, String guards) {
        String begin = prefix + ":{";
        String end = "}:guards";
        if (!guards.startsWith(begin) || !guards.endsWith(end) || guards.length() < begin.length() + end.length()) {
            return null;
        }
        String tag = guards.substring(begin.length(), guards.length() - end.length());
        int hash = tag.indexOf('#');
        return (hash < 0 ? tag : tag.substring(0, hash))
                .replace("%23", "#")
                .replace("%7D", "}")
                .replace("%7B", "{")
                .replace("%25", "%");
    }

    private static String key(String suffix, String prefix, String tag) {
        return prefix + ":{" + tag + "}:" + suffix;
    }

    private static String tag(String region) {
        return region.replace("%", "%25")
                .replace("{", "%7B")
                .replace("}", "%7D")
                .replace("#", "%23");
    }

    /** The bucket whose floor stands for the key: part of the protocol, the same on every JVM. */
    static int bucket(String entryKey, int buckets) {
        return (int) (crc(entryKey) % buckets);
    }

    /** The segment that the key is in; says nothing of its bucket, so that the keys of a segment are in all buckets. */
    static int segmentOf(String entryKey, int segments) {
        if (segments == 1) {
            return 0;
        }
        int hash = (int) crc(entryKey);
        // The finalizer of MurmurHash3: CRCs of similar keys are similar.
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        hash ^= hash >>> 16;
        return (int) ((hash & 0xffffffffL) * segments >>> 32);
    }

    private static long crc(String entryKey) {
        CRC32 crc = new CRC32();
        crc.update(entryKey.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
