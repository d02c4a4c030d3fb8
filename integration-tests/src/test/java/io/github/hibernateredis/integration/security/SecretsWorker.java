package io.github.hibernateredis.integration.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.testing.RedisCommands;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * A JVM that logs in to Redis in correct and in wrong ways, and writes everything that is logged and thrown to a file.
 */
final class SecretsWorker {

    /** The part that every password here contains, in every encoding. */
    static final String SECRET = "hunter2";

    static final String SCENARIO = "== ";

    private static final String PASSWORD = SECRET + "/@: \u00fc%41+" + SECRET;
    private static final String WRONG = SECRET + "-wrong";

    private final RedisCommands admin;
    private final String address;
    private final Path folder;
    private final Map<String, Callable<Application>> starts = new LinkedHashMap<>();

    private SecretsWorker(String url, Path folder) {
        this.admin = RedisCommands.connect(url);
        this.address = url.substring("redis://".length());
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        try (PrintStream log = new PrintStream(folder.resolve("log").toFile(), UTF_8)) {
            System.setErr(log); // the output of slf4j-simple
            new SecretsWorker(arguments[0], folder).run();
        }
        System.out.println("DONE");
    }

    private void run() throws Exception {
        describe();
        for (Map.Entry<String, Callable<Application>> start : starts.entrySet()) {
            System.err.println(SCENARIO + start.getKey());
            admin.call("CONFIG", "SET", "requirepass", "");
            admin.call("ACL", "SETUSER", "app", "reset", "on", ">" + PASSWORD, "~*", "+@all");
            try (Application node = start.getValue().call()) {
                AllUses.of(node);
                disturb();
                AllUses.of(node);
            } catch (Exception e) {
                e.printStackTrace();
            }
        }
    }

    /** Connections break, and the password changes. */
    private void disturb() {
        admin.call("ACL", "SETUSER", "app", "resetpass", ">another");
        admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    private void describe() {
        starts.put("right, in the URL", () -> start("redis://app:" + encoded(PASSWORD) + "@" + address));
        starts.put("right, of the default user", () -> {
            admin.call("CONFIG", "SET", "requirepass", PASSWORD);
            return start("redis://:" + encoded(PASSWORD) + "@" + address);
        });
        starts.put("wrong", () -> start("redis://app:" + WRONG + "@" + address));
        starts.put("wrong, of the default user", () -> {
            admin.call("CONFIG", "SET", "requirepass", PASSWORD);
            return start("redis://" + WRONG + "@" + address);
        });
        starts.put("none where one is needed", () -> {
            admin.call("CONFIG", "SET", "requirepass", PASSWORD);
            return start("redis://" + address);
        });
        starts.put("one where none is needed", () -> start("redis://" + encoded(PASSWORD) + "@" + address));
        starts.put("nobody there", () -> start("redis://app:" + encoded(PASSWORD) + "@127.0.0.1:1"));
        starts.put("no such host", () -> start("redis://app:" + encoded(PASSWORD) + "@no-such-host.invalid:1"));
        starts.put("no TLS there", () -> start("rediss://app:" + encoded(PASSWORD) + "@" + address));
        starts.put(
                "cluster that is none",
                () -> application()
                        .set("hibernate.cache.redis.mode", "cluster")
                        .set("hibernate.cache.redis.url", "redis://app:" + encoded(PASSWORD) + "@" + address)
                        .start());
        starts.put(
                "sentinel that is none",
                () -> application()
                        .set("hibernate.cache.redis.mode", "sentinel")
                        .set("hibernate.cache.redis.sentinel_master", "mymaster")
                        .set("hibernate.cache.redis.url", "redis://app:" + encoded(PASSWORD) + "@" + address)
                        .start());
        starts.put("malformed URL", () -> start("redis://app:" + PASSWORD + "@" + address));
        starts.put("malformed port", () -> start("redis://app:" + encoded(PASSWORD) + "@127.0.0.1:port"));
        starts.put(
                "a setting that there is not",
                () -> application()
                        .set("hibernate.cache.redis.password", PASSWORD)
                        .set("hibernate.cache.redis.ur", "redis://app:" + encoded(PASSWORD) + "@" + address)
                        .start());
        starts.put("YAML", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "redis://%s"
                username: "app"
                password: "%s"
                """.formatted(address, PASSWORD)));
        starts.put(
                "YAML with the password in the address", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "redis://app:%s@%s"
                """.formatted(encoded(PASSWORD), address)));
        starts.put("YAML that cannot be parsed", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "redis://%s"
                password: %s: oops
                """.formatted(address, SECRET)));
        starts.put("YAML with a malformed number", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "redis://%s"
                  timeout: %s
                """.formatted(address, SECRET)));
        starts.put("YAML with an unknown key", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "redis://%s"
                  pasword: %s
                """.formatted(address, SECRET)));
        starts.put("YAML with a malformed address", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "redis://app:%s@%s"
                """.formatted(SECRET + "/x", address)));
        starts.put("YAML with another malformed address", () -> startByYaml("""
                singleServerConfig:
                  retryAttempts: 0
                  address: "app:%s@%s"
                """.formatted(SECRET, address)));
        starts.put("client", () -> {
            Config config = new Config();
            config.setUsername("app").setPassword(PASSWORD);
            config.useSingleServer().setAddress("redis://" + address);
            return startWith(Redisson.create(config));
        });
    }

    private static Application.Builder application() {
        return AllUses.describe("secrets").set("hibernate.cache.redis.timeout", "500ms");
    }

    private static Application start(String url) {
        return application().set("hibernate.cache.redis.url", url).start();
    }

    private Application startByYaml(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("redisson.yaml"), yaml);
        return application()
                .unset("hibernate.cache.redis.url")
                .set("hibernate.cache.redis.config", file.toString())
                .start();
    }

    private static Application startWith(RedissonClient client) {
        return application()
                .unset("hibernate.cache.redis.url")
                .set("hibernate.cache.redis.client", client)
                .start();
    }

    private static String encoded(String password) {
        return URLEncoder.encode(password, UTF_8).replace("+", "%20");
    }
}
