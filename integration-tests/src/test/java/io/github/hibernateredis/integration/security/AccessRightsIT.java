package io.github.hibernateredis.integration.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisException;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The permissions in docs/security.md are sufficient, and each of them is necessary. */
class AccessRightsIT {

    private static final Path DOCUMENT = Path.of("..", "docs", "security.md");
    private static final String PREFIX = "shop";
    private static final String LOGIN = "shop:secret";

    private static RedisServer redis;
    private static RedisCommands admin;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        admin = redis.connect();
    }

    @AfterAll
    static void stop() {
        admin.close();
        redis.close();
    }

    @BeforeEach
    void forget() {
        admin.flushAll();
        admin.call("SCRIPT", "FLUSH");
        grantAllBut("");
        admin.call("ACL", "LOG", "RESET");
    }

    private static void grantAllBut(String right) {
        documentedRights()
                .forEach(command -> admin.call(
                        command.stream().filter(word -> !word.equals(right)).toArray()));
    }

    /** The commands in the document, without those that this server does not have. */
    private static List<List<String>> documentedRights() {
        try {
            Matcher block =
                    Pattern.compile("```redis\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT));
            List<List<String>> commands = new ArrayList<>();
            while (block.find()) {
                block.group(1).lines().map(line -> List.of(line.split(" "))).forEach(commands::add);
            }
            assertThat(commands).hasSize(2);
            return commands.subList(0, expiresFields() ? 2 : 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean expiresFields() {
        return admin.list("COMMAND", "INFO", "hpexpire").get(0) != null;
    }

    /** Field expiry is the exception: the script asks Redis whether it may use it, and that question is not refused. */
    static Stream<String> rights() {
        return documentedRights().get(0).stream().filter(word -> word.startsWith("+"));
    }

    private static Application.Builder node(String path) {
        return AllUses.describe("rights")
                .keyPrefix(PREFIX)
                .set("hibernate.cache.redis.url", redis.url().replace("//", "//" + LOGIN + "@") + path);
    }

    /**
     * The refused commands and keys, except those with which Redisson checks at the start whether this is a cluster.
     */
    private static List<String> refusals() {
        return admin.list("ACL", "LOG").stream()
                .map(entry -> (List<?>) entry)
                .map(entry -> (String) entry.get(entry.indexOf("object") + 1))
                .filter(object -> !object.equals("eval"))
                .toList();
    }

    @Test
    void nothingElseIsNeeded() {
        try (Application node = node("").start()) {
            for (int times = 1; times <= 5; times++) {
                AllUses.of(node);
            }
            assertThat(node.isCached(() -> node.find(Product.class, 1L))).isTrue();
            admin.flushAll();
            admin.call("SCRIPT", "FLUSH");
            AllUses.of(node);
            admin.call("CLIENT", "KILL", "USER", "shop");
            AllUses.of(node);
        }
        assertThat(refusals()).isEmpty();
        assertThat(admin.keys("*")).isNotEmpty().allMatch(key -> key.startsWith(PREFIX + ":"));
    }

    /** Without any one of them Redis refuses a request, and the application continues to work. */
    @ParameterizedTest
    @MethodSource("rights")
    void eachIsNeeded(String right) {
        grantAllBut(right);
        try (Application node = node("").start()) {
            for (int times = 1; times <= 20 && refusals().isEmpty(); times++) {
                AllUses.of(node);
            }
        }
        String command = right.substring(1).replaceFirst("\\|.*", "");
        assertThat(refusals()).isNotEmpty().allMatch(refused -> refused.startsWith(command));
    }

    @Test
    void whoMayNotLetTheServerExpireFieldsLeavesTheExpiryInTheValues() {
        assumeTrue(expiresFields());
        for (String right : List.of("", "+hpexpire")) {
            admin.flushAll();
            grantAllBut(right);
            try (Application node = node("").start()) {
                AllUses.of(node);
                assertThat(node.isCached(() -> node.find(Product.class, 1L))).isTrue();
                Object expiry = admin.list("HPTTL", "shop:{" + Product.class.getName() + "}:data", "FIELDS", 1, "1")
                        .get(0);
                assertThat((Long) expiry > 0).isEqualTo(right.isEmpty());
            }
            assertThat(refusals()).isEmpty();
        }
    }

    @Test
    void aKeyOfAnotherPrefixIsOutOfReach() {
        try (RedisCommands shop = RedisCommands.connect(redis.url().replace("//", "//" + LOGIN + "@"))) {
            assertThat(shop.list("HMGET", "shop:{region}:data", "1")).hasSize(1);
            assertThat(refused(shop, "HMGET", "shopping:{region}:data", "1")).isTrue();
            assertThat(refused(shop, "KEYS", "*")).isTrue();
            assertThat(refused(shop, "FLUSHALL")).isTrue();
            assertThat(refused(shop, "CONFIG", "GET", "*")).isTrue();
        }
    }

    private static boolean refused(RedisCommands connection, Object... words) {
        try {
            connection.call(words);
            return false;
        } catch (RedisException e) {
            return e.getMessage().startsWith("NOPERM");
        }
    }

    @Test
    void anotherDatabaseTakesTheRightToSelectIt() {
        admin.call("ACL", "SETUSER", "shop", "+select");
        try (Application node = node("/2").start()) {
            AllUses.of(node);
            assertThat(node.isCached(() -> node.find(Product.class, 1L))).isTrue();
        }
        assertThat(refusals()).isEmpty();
    }
}
