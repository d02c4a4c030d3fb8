package io.github.hibernateredis.spring.boot;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** Connection details that are built from Boot's own details of its Redis connection, in either generation of Boot. */
final class RedisAddresses implements HibernateRedisConnectionDetails {

    private final @Nullable String username;
    private final @Nullable String password;
    private final List<String> nodes = new ArrayList<>();
    private @Nullable SslBundle sslBundle;
    private int database;
    private @Nullable String mode;
    private @Nullable String sentinelMaster;
    private @Nullable String sentinelUsername;
    private @Nullable String sentinelPassword;

    RedisAddresses(@Nullable String username, @Nullable String password) {
        this.username = username;
        this.password = password;
    }

    RedisAddresses node(String host, int port) {
        nodes.add((host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port);
        return this;
    }

    RedisAddresses database(int number) {
        database = number;
        return this;
    }

    RedisAddresses tls(@Nullable SslBundle bundle) {
        sslBundle = bundle;
        return this;
    }

    RedisAddresses cluster() {
        mode = "cluster";
        return this;
    }

    RedisAddresses sentinels(String master, @Nullable String user, @Nullable String secret) {
        mode = "sentinel";
        sentinelMaster = master;
        sentinelUsername = user;
        sentinelPassword = secret;
        return this;
    }

    @Override
    public List<String> urls() {
        String scheme = sslBundle == null ? "redis://" : "rediss://";
        return nodes.stream()
                .map(node -> scheme + login(username, password) + node + (database == 0 ? "" : "/" + database))
                .toList();
    }

    /** The login before the host; empty without a password. */
    static String login(@Nullable String username, @Nullable String password) {
        return password == null || password.isEmpty()
                ? ""
                : encode(Objects.requireNonNullElse(username, "")) + ":" + encode(password) + "@";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public @Nullable String mode() {
        return mode;
    }

    @Override
    public @Nullable String sentinelMaster() {
        return sentinelMaster;
    }

    @Override
    public @Nullable String sentinelUsername() {
        return sentinelUsername;
    }

    @Override
    public @Nullable String sentinelPassword() {
        return sentinelPassword;
    }

    @Override
    public @Nullable SslBundle sslBundle() {
        return sslBundle;
    }
}
