package io.github.hibernateredis.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The scripts. What each does, takes and returns stands at the top of its {@code .lua} resource. */
enum Script {
    PUT("_server", "_segment", "put"),
    LOCK("_server", "_segment", "_insist", "lock"),
    UNLOCK("_server", "_segment", "_full", "_insist", "unlock"),
    INSERT("_server", "_segment", "_full", "_insist", "insert"),
    EVICT("_server", "_segment", "_insist", "evict"),
    CLEAR("_server", "_segment", "_insist", "clear"),
    LOCK_REGION("_server", "_segment", "_insist", "lock-region"),
    UNLOCK_REGION("_server", "_segment", "_insist", "unlock-region"),
    PULSE("_server", "_segment", "_insist", "pulse"),
    READ("read"),
    LAYOUT("_insist", "layout"),
    OWN("own"),
    BEGIN("_server", "_segment", "_insist", "begin"),
    TABLES_BEGIN("_server", "_tables", "_insist", "tables-begin"),
    TABLES_END("_server", "_tables", "_insist", "tables-end"),
    TABLES_RESOLVE("_server", "_tables", "_insist", "tables-resolve"),
    TABLES_PULSE("_server", "_tables", "_insist", "tables-pulse"),
    TABLES_CLEAR("_server", "_tables", "_insist", "tables-clear");

    private final Code code;

    Script(String... resources) {
        StringBuilder text = new StringBuilder();
        for (String resource : resources) {
            text.append(load(resource + ".lua"));
        }
        code = Code.of(text.toString());
    }

    Code code() {
        return code;
    }

    /**
     * A script's text.
     *
     * @param digest the name by which {@code EVALSHA} knows it
     */
    record Code(String source, String digest) {

        static Code of(String source) {
            return new Code(source, sha1(source));
        }
    }

    private static String load(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar of hibernate-redis-provider is incomplete: no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the script " + name, e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }
}
