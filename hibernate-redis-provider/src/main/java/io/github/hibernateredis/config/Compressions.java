package io.github.hibernateredis.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the setting {@code compression}. */
final class Compressions {

    private static final String EXPECTED =
            "expected none, deflate or lz4, the latter two with an optional threshold in bytes, such as lz4:512";

    private static final Pattern ALGORITHM_AND_THRESHOLD = Pattern.compile("(deflate|lz4)(?:\\s*:\\s*(\\d{1,9}))?");

    private Compressions() {}

    static Compression read(Object value) {
        Compression compression = value instanceof Compression given ? given : parse(value);
        if (!compression.algorithm().isAvailable()) {
            throw new WrongValueException("needs the library at.yawk.lz4:lz4-java, which is not on the class path;"
                    + " add it to the application or choose deflate, which is in the JDK");
        }
        return compression;
    }

    private static Compression parse(Object value) {
        String text = value instanceof CharSequence || value instanceof Boolean
                ? value.toString().trim().toLowerCase(Locale.ROOT)
                : "";
        if (text.equals("none") || text.equals("off") || text.equals("false")) {
            return Compression.NONE;
        }
        Matcher matcher = ALGORITHM_AND_THRESHOLD.matcher(text);
        if (!matcher.matches()) {
            throw new WrongValueException(EXPECTED);
        }
        String threshold = matcher.group(2);
        return new Compression(
                Compression.Algorithm.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
                threshold == null ? Compression.DEFAULT_THRESHOLD : Integer.parseInt(threshold));
    }
}
