package io.github.hibernateredis.integration.security;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.testing.Certificates;
import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisException;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Encrypted connections: which certificates they trust, and what happens otherwise. */
class TlsIT {

    private static final String SECRET = "hunter2";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";

    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static RedisServer redis;
    private static RedisCommands admin;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        admin = redis.connect();
        assumeFalse(admin.map("CONFIG", "GET", "tls-port").isEmpty(), "This server has been built without TLS");
        certificates = Certificates.in(folder);
        certificates.issue("server", "ip:127.0.0.1");
        certificates.issue("elsewhere", "dns:redis.example.com");
        certificates.issue("client", "dns:client.example.com");
        admin.call("CONFIG", "SET", "tls-ca-cert-file", certificates.authorityAsPem());
        admin.call("CONFIG", "SET", "tls-auth-clients", "no");
        show("server");
        port = listen();
    }

    /** Changes the certificate of the server. */
    private static void show(String alias) throws Exception {
        Files.copy(certificates.keyAsPem(alias), folder.resolve("shown.key"), REPLACE_EXISTING);
        Files.copy(certificates.certificateAsPem(alias), folder.resolve("shown.crt"), REPLACE_EXISTING);
        admin.call("CONFIG", "SET", "tls-key-file", folder.resolve("shown.key"));
        admin.call("CONFIG", "SET", "tls-cert-file", folder.resolve("shown.crt"));
    }

    private static int listen() throws IOException {
        for (int attempt = 1; ; attempt++) {
            int candidate;
            try (ServerSocket socket = new ServerSocket(0)) {
                candidate = socket.getLocalPort();
            }
            try {
                admin.call("CONFIG", "SET", "tls-port", candidate);
                return candidate;
            } catch (RedisException e) {
                if (attempt == 5) {
                    throw e;
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        admin.close();
        redis.close();
    }

    @BeforeEach
    void protect() {
        admin.flushAll();
        admin.call("ACL", "SETUSER", "app", "reset", "on", ">" + SECRET, "~*", "+@all");
    }

    @AfterEach
    void restore() throws Exception {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE_PASSWORD);
        admin.call("CONFIG", "SET", "tls-auth-clients", "no");
        show("server");
    }

    private static String url() {
        return "rediss://app:" + SECRET + "@127.0.0.1:" + port;
    }

    private static Application.Builder byUrl() {
        return AllUses.describe("tls").set("hibernate.cache.redis.url", url());
    }

    private static Application.Builder byFile(String more) throws IOException {
        Path file = Files.writeString(
                folder.resolve("redisson.yaml"),
                "singleServerConfig:\n  address: \"" + url() + "\"\n  retryAttempts: 0\n" + more);
        return AllUses.describe("tls")
                .unset("hibernate.cache.redis.url")
                .set("hibernate.cache.redis.config", file.toString());
    }

    private static String trust() throws Exception {
        return "sslTruststore: \"" + certificates.trustStore().toUri() + "\"\nsslTruststorePassword: \""
                + Certificates.PASSWORD + "\"\n";
    }

    private static String identity() throws Exception {
        return "sslKeystore: \"" + certificates.keyStore("client").toUri() + "\"\nsslKeystorePassword: \""
                + Certificates.PASSWORD + "\"\n";
    }

    private static void trustByJvm() throws Exception {
        System.setProperty(TRUST_STORE, certificates.trustStore().toString());
        System.setProperty(TRUST_STORE_PASSWORD, Certificates.PASSWORD);
    }

    private static void assertCached(Application.Builder builder) {
        try (Application node = builder.start()) {
            AllUses.of(node);
            eventually(() -> node.isCached(() -> node.find(Product.class, 1L))); // its handshakes may take a while
        }
    }

    /** The application works without its cache, and one line gives the reason. */
    private static void assertRefused(Application.Builder builder, String reason) {
        try (LoggedLines log = new LoggedLines()) {
            try (Application node = builder.start()) {
                AllUses.of(node);
                assertThat(node.isCached(() -> node.find(Product.class, 1L))).isFalse();
                eventually(() -> log.warnings().stream().anyMatch(TlsIT::saysWhy));
            }
            assertThat(log.warnings())
                    .filteredOn(TlsIT::saysWhy)
                    .singleElement()
                    .asString()
                    .contains(reason);
            assertThat(log.warnings()).noneMatch(line -> line.contains(SECRET) || line.contains(Certificates.PASSWORD));
        }
        assertThat(admin.keys("*")).isEmpty();
    }

    private static boolean saysWhy(String line) {
        return line.contains("Redis cannot be reached");
    }

    private static void eventually(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void whoTheJvmTrustsIsTrusted() throws Exception {
        trustByJvm();
        assertCached(byUrl());
    }

    @Test
    void whoTheFileTrustsIsTrusted() throws Exception {
        assertCached(byFile(trust()));
    }

    @Test
    void whoTheClientTrustsIsTrusted() throws Exception {
        Config config = new Config();
        config.setUsername("app").setPassword(SECRET);
        config.setSslTruststore(certificates.trustStore().toUri().toURL())
                .setSslTruststorePassword(Certificates.PASSWORD);
        config.useSingleServer().setAddress("rediss://127.0.0.1:" + port);
        RedissonClient client = Redisson.create(config);
        try {
            assertCached(AllUses.describe("tls")
                    .unset("hibernate.cache.redis.url")
                    .set("hibernate.cache.redis.client", client));
        } finally {
            client.shutdown();
        }
    }

    @Test
    void noRequestIsSentToAnUntrustedServer() {
        assertRefused(byUrl(), "unable to find valid certification path");
    }

    @Test
    void aServerThatIsCalledOtherwiseIsNotTalkedTo() throws Exception {
        show("elsewhere");
        trustByJvm();
        assertRefused(byUrl(), "No subject alternative names matching IP address 127.0.0.1 found");
        assertRefused(byFile(trust()), "No subject alternative names matching IP address 127.0.0.1 found");
    }

    @Test
    void theNameOfTheServerCanBeLeftUnchecked() throws Exception {
        show("elsewhere");
        assertCached(byFile(trust() + "sslVerificationMode: CA_ONLY\n"));
    }

    @Test
    void aServerWithoutTlsIsNotTalkedTo() {
        String plain = redis.url().replace("redis://", "rediss://app:" + SECRET + "@");
        assertRefused(
                AllUses.describe("tls")
                        .set("hibernate.cache.redis.url", plain)
                        .set("hibernate.cache.redis.timeout", "1s"),
                "Timeout");
    }

    @Test
    void aServerMayAskForACertificate() throws Exception {
        admin.call("CONFIG", "SET", "tls-auth-clients", "yes");
        assertCached(byFile(trust() + identity()));
        admin.flushAll();
        assertRefused(byFile(trust()), "");
    }

    /** After an expired certificate is replaced, the application need not be restarted. */
    @Test
    void aServerIsTalkedToAsSoonAsItsCertificateIsRight() throws Exception {
        show("elsewhere");
        try (Application node = byFile(trust()).start()) {
            AllUses.of(node);
            show("server");
            eventually(() -> node.isCached(() -> node.find(Product.class, 1L)));
        }
    }
}
