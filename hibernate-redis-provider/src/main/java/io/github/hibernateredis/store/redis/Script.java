package io.github.hibernateredis.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The scripts. The head of each {@code .lua} resource describes its effect, its arguments and its result. */
enum Script {
    BEGIN("_server", "_near", "_segment", "_holders", "_locks", "_tables", "begin"),
    END("_server", "_near", "_segment", "_holders", "_locks", "_items", "_sweep", "_tables", "_full", "end"),
    PUT("_server", "_near", "_segment", "_holders", "_locks", "_items", "_sweep", "put"),
    CLEAR("_server", "_near", "_segment", "_insist", "clear"),
    LOCK_REGION("_server", "_near", "_segment", "_holders", "_locks", "_insist", "lock-region"),
    UNLOCK_REGION("_server", "_near", "_segment", "_holders", "_locks", "_insist", "unlock-region"),
    HEARTBEAT("_server", "_near", "_segment", "_holders", "_locks", "_insist", "heartbeat"),
    LOAD("_server", "_near", "_segment", "_holders", "_locks", "_items", "load"),
    END_LOAD("end-load"),
    TOUCH("_server", "touch"),
    RELOAD("_server", "reload"),
    NEAR("_server", "_near", "_segment", "_insist", "near"),
    AGREE("_server", "_insist", "agree"),
    MOVE("_server", "_near", "_segment", "_insist", "move"),
    READ("read"),
    INSPECT("inspect"),
    OWN("own"),
    TABLES_RESOLVE("_server", "_near", "_segment", "_holders", "_tables", "_insist", "tables-resolve"),
    TABLES_HEARTBEAT("_server", "_near", "_segment", "_holders", "_tables", "_insist", "tables-heartbeat"),
    TABLES_CLEAR("_server", "_near", "_segment", "_holders", "_tables", "_insist", "tables-clear");

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
     * The text of a script.
     *
     * @param digest the name of the script for {@code EVALSHA}
     */
    record Code(String source, String digest) {

        static Code of(String source) {
            return new Code(source, sha1(source));
        }
    }

    private static String load(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar of hibernate-redis-provider is incomplete: it lacks " + name);
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
