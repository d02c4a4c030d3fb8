package io.github.hibernateredis.cli;

import io.github.hibernateredis.RedisSettings;
import java.io.Console;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The options of the connection. They become settings of the provider, so the command line connects as an application
 * does.
 */
final class ConnectionOptions {

    static final String URL_VARIABLE = "HIBERNATE_REDIS_URL";
    static final String PASSWORD_VARIABLE = "HIBERNATE_REDIS_PASSWORD";
    static final String SENTINEL_PASSWORD_VARIABLE = "HIBERNATE_REDIS_SENTINEL_PASSWORD";

    private final Function<String, @Nullable String> environment;
    private final Secrets secrets;

    ConnectionOptions(Function<String, @Nullable String> environment, Secrets secrets) {
        this.environment = environment;
        this.secrets = secrets;
    }

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "redis:// or rediss:// URL of the server; several, with commas, for a cluster or sentinels."
                    + " Default: " + URL_VARIABLE + " of the environment, or redis://127.0.0.1:6379.")
    private @Nullable String url;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            scope = ScopeType.INHERIT,
            description = "single, cluster, sentinel or replicated. Default: single, or cluster for several URLs.")
    private @Nullable String mode;

    @Option(
            names = "--sentinel-master",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "The name under which the sentinels know the master.")
    private @Nullable String sentinelMaster;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "A Redisson YAML file, instead of --url.")
    private @Nullable String config;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            scope = ScopeType.INHERIT,
            description = "The setting key_prefix of the application. Default: hibernate.")
    private @Nullable String prefix;

    @Option(
            names = "--user",
            paramLabel = "USER",
            scope = ScopeType.INHERIT,
            description = "The user of Redis, for a password that is not in the URL.")
    private @Nullable String user;

    @Option(
            names = "--ask-password",
            scope = ScopeType.INHERIT,
            description = "Ask for the password. Otherwise it is taken from the URL, or from " + PASSWORD_VARIABLE
                    + " of the environment; for sentinels also " + SENTINEL_PASSWORD_VARIABLE + ".")
    private boolean askPassword;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            scope = ScopeType.INHERIT,
            description = "How long a request may take, for example 10s. Default: 5s.")
    private String timeout = "5s";

    String prefix() {
        return prefix == null ? "hibernate" : prefix;
    }

    /** The settings of the provider. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(RedisSettings.KEY_PREFIX, prefix());
        settings.put(RedisSettings.TIMEOUT, timeout);
        put(settings, RedisSettings.MODE, mode);
        put(settings, RedisSettings.SENTINEL_MASTER, sentinelMaster);
        put(settings, RedisSettings.CONFIG, config);
        put(settings, RedisSettings.SENTINEL_PASSWORD, secret(environment.apply(SENTINEL_PASSWORD_VARIABLE)));
        String given = url != null || config != null ? url : environment.apply(URL_VARIABLE);
        String password = password();
        if (password != null && config == null) {
            given = withLogin(given == null ? "redis://127.0.0.1:6379" : given, password);
        }
        put(settings, RedisSettings.URL, given);
        return settings;
    }

    private @Nullable String password() {
        if (!askPassword) {
            return secret(environment.apply(PASSWORD_VARIABLE));
        }
        Console console = System.console();
        if (console == null) {
            throw new IllegalArgumentException(
                    "--ask-password needs a terminal; set " + PASSWORD_VARIABLE + " in the environment");
        }
        char[] typed = console.readPassword("Redis password: ");
        return typed == null ? null : secret(new String(typed));
    }

    private @Nullable String secret(@Nullable String secret) {
        if (secret == null || secret.isEmpty()) {
            return null;
        }
        secrets.add(secret);
        return secret;
    }

    private String withLogin(String urls, String password) {
        String login = (user == null ? "" : encoded(user)) + ':' + encoded(password) + '@';
        return Arrays.stream(urls.split(","))
                .map(String::strip)
                .map(each -> each.contains("@") ? each : each.replaceFirst("://", "://" + login.replace("$", "\\$")))
                .collect(Collectors.joining(","));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void put(Map<String, Object> settings, String key, @Nullable String value) {
        if (value != null) {
            settings.put(key, value);
        }
    }
}
