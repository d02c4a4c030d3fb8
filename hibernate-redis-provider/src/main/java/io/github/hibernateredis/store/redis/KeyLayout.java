package io.github.hibernateredis.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The names of the keys in Redis: {@code <prefix>:{<region>}:<suffix>}, or
 * {@code <prefix>:{<region>#<segment>}:<suffix>} for a region with several segments. The braces make the hashes of one
 * segment share a cluster slot, so braces and hashes in the name of the region itself are percent-encoded.
 */
final class KeyLayout {

    /** The field of the data hash with the segment's newest stamp; entry keys never begin with {@code !}. */
    static final String STAMP_FIELD = "!s";

    /**
     * The number of floors of one region. It limits the memory of the region, and the number of keys that share a
     * floor.
     */
    private static final int BUCKETS = 1024;

    /** With fewer floors, a write would refuse the loads of too many other keys. */
    private static final int LEAST_BUCKETS = 16;

    private KeyLayout() {}

    /**
     * The names of one segment of a region.
     *
     * @param guards the name of the metadata hash, which orders all writes
     * @param data the name of the hash with the entries
     * @param reloads the name of the hash with the leases to reload entries
     * @param segments the number of segments of the region
     * @param buckets the number of floors of this segment
     */
    record Place(String guards, String data, String reloads, int segments, int buckets) {}

    /** A segment of a region with that number of segments. */
    static Place place(String prefix, String region, int number, int segments) {
        return place(prefix, region, number, segments, segments);
    }

    /** A segment of a region that had another number of segments before. */
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

    /** The key that stores the number of segments of a region. */
    static String layout(String prefix, String region) {
        return key("layout", prefix, tag(region));
    }

    /** The key that stores the database of each region's rows. */
    static String owner(String prefix) {
        return key("databases", prefix, "owner");
    }

    /** A {@code SCAN} pattern for the metadata of all segments. */
    static String guardsPattern(String prefix) {
        return prefix.replaceAll("([\\\\*?\\[\\]])", "\\\\$1") + ":{*}:guards";
    }

    /** The region whose metadata has that name; null if it is no metadata. */
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

    /** The bucket of the key, which selects its floor: part of the protocol, the same on every JVM. */
    static int bucket(String entryKey, int buckets) {
        return (int) (crc(entryKey) % buckets);
    }

    /** The segment of the key. It is independent of the key's bucket, so that each segment uses all buckets. */
    static int segmentOf(String entryKey, int segments) {
        if (segments == 1) {
            return 0;
        }
        int hash = (int) crc(entryKey);
        // The finalizer of MurmurHash3, because the CRCs of similar keys are similar.
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
