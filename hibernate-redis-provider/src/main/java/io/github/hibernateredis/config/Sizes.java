package io.github.hibernateredis.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses and formats sizes in bytes. */
final class Sizes {

    private static final String EXPECTED =
            "expected a size: a whole number of bytes, or one with a unit (512KB, 16MB, 1MiB)";

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18})\\s*(|b|k|kb|kib|m|mb|mib|g|gb|gib)");

    /** As in the configuration of Redis and in Spring, 1 KB is 1024 bytes. */
    private static final Map<Character, Long> UNITS = Map.of('b', 1L, 'k', 1L << 10, 'm', 1L << 20, 'g', 1L << 30);

    private Sizes() {}

    static ValueReader<Long> between(long least, long most) {
        return value -> {
            long size = read(value);
            if (size < least || size > most) {
                throw new WrongValueException("expected a size from " + show(least) + " to " + show(most));
            }
            return size;
        };
    }

    private static long read(Object value) {
        boolean whole = value instanceof Integer || value instanceof Long || value instanceof Short;
        String text =
                whole || value instanceof CharSequence ? value.toString().trim().toLowerCase(Locale.ROOT) : "";
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            throw new WrongValueException(EXPECTED);
        }
        String unit = matcher.group(2);
        try {
            return Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), unit.isEmpty() ? 1L : UNITS.get(unit.charAt(0)));
        } catch (ArithmeticException e) {
            throw new WrongValueException("is too large for a size");
        }
    }

    /** Formats the size in the largest unit that needs no fraction. */
    static String show(long bytes) {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            long size = UNITS.get(Character.toLowerCase(unit.charAt(0)));
            if (bytes > 0 && bytes % size == 0) {
                return bytes / size + " " + unit;
            }
        }
        return bytes + " bytes";
    }
}
