package io.github.hibernateredis.config;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Formats values for messages and hides the credentials that they may contain.
 *
 * <p>The value is usually wrong input, so no parser can say where in it the password is. In doubt this class hides too
 * much.
 */
final class Redaction {

    private static final String HIDDEN = "***";

    private static final Pattern SECRET_NAME =
            Pattern.compile("pass|pwd|secret|token|credential|auth", Pattern.CASE_INSENSITIVE);
    private static final Pattern BRACKETS = Pattern.compile("\\[[^\\[\\]]*]");

    /** A colon that precedes neither slashes nor a port, or that follows an empty host: it may precede a password. */
    private static final Pattern ODD_COLON = Pattern.compile("://:|:(?!//|\\d{1,5}(?:[/,?#\\s]|$))");

    private Redaction() {}

    /** Formats the value of a setting: text in quotation marks, other objects with their type. */
    static String show(String key, Object value) {
        // Checks the last part of the key only, because the name of a region may contain a word such as "author".
        if (SECRET_NAME.matcher(key.substring(key.lastIndexOf('.') + 1)).find()) {
            return HIDDEN;
        }
        if (value instanceof CharSequence) {
            return '"' + redact(value.toString()) + '"';
        }
        if (value instanceof Object[] members) {
            return show(key, Arrays.asList(members));
        }
        if (value instanceof Collection<?> members) {
            return '[' + redact(members.stream().map(Redaction::text).collect(Collectors.joining(", "))) + ']';
        }
        return redact(text(value)) + (isPlain(value) ? " (" + value.getClass().getTypeName() + ')' : "");
    }

    private static String text(@Nullable Object value) {
        return value == null || value instanceof CharSequence || isPlain(value)
                ? String.valueOf(value)
                : "an object of type " + value.getClass().getTypeName();
    }

    /** Whether the object has a type that settings accept. Any other type may show credentials in its text. */
    private static boolean isPlain(Object value) {
        return value instanceof Number
                || value instanceof Boolean
                || value instanceof Enum<?>
                || value instanceof Class<?>
                || value instanceof TemporalAmount
                || value instanceof URI
                || value instanceof URL
                || value instanceof File
                || value instanceof Path;
    }

    /** Returns the text with everything hidden that may be the credentials of a URL. */
    static String redact(String text) {
        int scheme = text.indexOf("://");
        int at = text.lastIndexOf('@');
        if (at >= 0) {
            int start = scheme >= 0 && scheme < at ? scheme + 3 : 0;
            return text.substring(0, start) + HIDDEN + cutQuery(text.substring(at));
        }
        if (scheme >= 0
                && ODD_COLON.matcher(BRACKETS.matcher(text).replaceAll("ip")).find()) {
            return text.substring(0, scheme + 3) + HIDDEN;
        }
        return scheme >= 0 ? cutQuery(text) : text;
    }

    private static String cutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query + 1) + HIDDEN;
    }
}
