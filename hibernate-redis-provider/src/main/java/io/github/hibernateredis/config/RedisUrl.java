package io.github.hibernateredis.config;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Redis server and the login for it. Immutable.
 *
 * <p>Parsed by hand, because {@link java.net.URI} finds no host in {@code redis://my_redis:6379}, a common name in
 * container networks.
 *
 * @param tls whether the connection is encrypted
 * @param host the host's name or IP address, an IPv6 address in brackets
 * @param port the port
 * @param username the user name, decoded; null for the default user
 * @param password the password, decoded; null for no login
 */
public record RedisUrl(
        boolean tls,
        String host,
        int port,
        @Nullable String username,
        @Nullable String password) {

    private static final Pattern SYNTAX = Pattern.compile("(?<scheme>[^:/?#@]*)://"
            + "(?:(?<credentials>.*)@)?"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[^:/?#@\\[\\]]*)"
            + "(?::(?<port>[^/?#@]*))?"
            + "(?:/(?<path>[^?#@]*))?"
            + "(?<rest>[?#].*)?");

    /** The address and the number of the database. Each URL contains a database, but a connection has only one. */
    record Target(RedisUrl url, int database) {}

    /**
     * Parses a URL.
     *
     * @throws WrongValueException if the text is not a valid URL; the message contains no part of it
     */
    static Target parse(String text, int defaultPort) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new WrongValueException("expected redis://[[username:]password@]host[:port][/database]");
        }
        String scheme = matcher.group("scheme");
        if (!scheme.equals("redis") && !scheme.equals("rediss")) {
            throw new WrongValueException("expected a URL that begins with redis:// or rediss://");
        }
        String host = matcher.group("host");
        if (host.isEmpty() || host.chars().anyMatch(Character::isWhitespace)) {
            throw new WrongValueException("has no host");
        }
        if (matcher.group("rest") != null) {
            throw new WrongValueException("expected nothing after host, port and database");
        }
        String credentials = matcher.group("credentials");
        int colon = credentials == null ? -1 : credentials.indexOf(':');
        String username = colon > 0 ? decode(credentials.substring(0, colon)) : null;
        // Without a colon the text is the password, as for redis-cli.
        String password = credentials == null ? null : decode(credentials.substring(colon + 1));
        if (password != null && password.isEmpty()) {
            throw new WrongValueException("has an empty password");
        }
        String port = matcher.group("port");
        RedisUrl url = new RedisUrl(
                scheme.equals("rediss"),
                host,
                port == null ? defaultPort : number(port, 1, 65_535, "the port"),
                username,
                password);
        String path = matcher.group("path");
        return new Target(
                url, path == null || path.isEmpty() ? 0 : number(path, 0, 99_999, "the database after the host"));
    }

    private static int number(String text, int least, int most, String what) {
        int number = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            throw new WrongValueException("expected a number from " + least + " to " + most + " for " + what);
        }
        return number;
    }

    private static String decode(String text) {
        try {
            if (!text.matches(".*[@/?#\\[\\]\\s].*")) {
                // URLDecoder is for forms and decodes a plus sign to a space; in a URL a plus sign is literal.
                return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException wrongEscape) {
            // Uses the same message as for characters that need encoding: the cause would repeat a part of the
            // password.
        }
        throw new WrongValueException("expected special characters of user name and password to be percent-encoded");
    }

    /**
     * Returns the complete URL, including user name and password: for the client, never for a message.
     *
     * @return the URL, with its port, special characters percent-encoded
     */
    public String address() {
        String credentials =
                password == null ? "" : (username == null ? "" : encode(username)) + ':' + encode(password);
        return url(credentials);
    }

    /** The URL of the same server without a login. */
    public RedisUrl withoutLogin() {
        return new RedisUrl(tls, host, port, null, null);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The URL without user name and password. */
    @Override
    public String toString() {
        return url(password == null ? "" : "***");
    }

    private String url(String credentials) {
        return (tls ? "rediss://" : "redis://") + credentials + (credentials.isEmpty() ? "" : "@") + host + ':' + port;
    }
}
