package io.github.hibernateredis.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses and formats durations. */
final class Durations {

    private static final String EXPECTED =
            "expected a duration: a whole number with a unit (500ms, 30s, 10m, 24h, 7d), ISO-8601 (PT10M) or a"
                    + " Duration";

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Durations() {}

    static ValueReader<Duration> between(Duration least, Duration most) {
        return value -> {
            Duration duration = read(value);
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw new WrongValueException("expected a duration from " + show(least) + " to " + show(most));
            }
            return duration;
        };
    }

    static Duration read(Object value) {
        if (value instanceof Duration duration) {
            return duration;
        }
        if (value instanceof Number) {
            throw new WrongValueException("has no unit; " + EXPECTED);
        }
        if (!(value instanceof CharSequence)) {
            throw new WrongValueException(EXPECTED);
        }
        String text = value.toString().trim();
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        try {
            return matcher.matches()
                    ? UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)))
                    : Duration.parse(text);
        } catch (NumberFormatException | ArithmeticException tooLarge) {
            throw new WrongValueException("is too large for a duration");
        } catch (DateTimeException wrong) {
            throw new WrongValueException((text.matches("[+-]?\\d+(\\.\\d+)?") ? "has no unit; " : "") + EXPECTED);
        }
    }

    /** Formats the duration in the largest unit that needs no fraction. */
    static String show(Duration duration) {
        for (String unit : new String[] {"d", "h", "m", "s", "ms"}) {
            Duration one = UNITS.get(unit);
            long count = duration.dividedBy(one);
            if (count > 0 && one.multipliedBy(count).equals(duration)) {
                return count + unit;
            }
        }
        return duration.toString();
    }
}
