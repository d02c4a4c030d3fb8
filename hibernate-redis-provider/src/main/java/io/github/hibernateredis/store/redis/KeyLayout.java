package io.github.hibernateredis.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Names in Redis: {@code <prefix>:{<region>}:<suffix>}. The braces make the hashes of one region share a cluster slot, so
 * braces in the region's name itself are percent-encoded.
 */
final class KeyLayout {

    /** Field of the data map that holds the segment's newest stamp; entry keys never begin with {@code !}. */
    static final String STAMP_FIELD = "!s";

    /** Floors of one region: a bound for its memory, and for how many keys share the fate of one that was written. */
    private static final int BUCKETS = 1024;

    private KeyLayout() {}

    static String data(String prefix, String region) {
        return key(prefix, region, "data");
    }

    static String guards(String prefix, String region) {
        return key(prefix, region, "guards");
    }

    static String tables(String prefix, String region) {
        return key(prefix, region, "tables");
    }

    private static String key(String prefix, String region, String suffix) {
        String tag = region.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
        return prefix + ":{" + tag + "}:" + suffix;
    }

    /** The bucket whose floor stands for the key: part of the protocol, the same on every JVM. */
    static int bucket(String entryKey) {
        CRC32 crc = new CRC32();
        crc.update(entryKey.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % BUCKETS);
    }
}
