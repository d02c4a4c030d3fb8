package io.github.hibernateredis.config;

import java.time.Duration;
import java.util.Locale;

/** Parses the values that every region has, from settings or from members of an annotation. */
final class RegionValues {

    static final Duration LEAST_TTL = Duration.ofMillis(1);

    /**
     * Ten years. The scripts hold times in microseconds as doubles, which are exact for some 228 years.
     */
    static final Duration MOST_TTL = Duration.ofDays(3650);

    private static final ValueReader<Duration> FINITE_TTL = Durations.between(LEAST_TTL, MOST_TTL);

    static final int MOST_SEGMENTS = 1024;

    /** The maximum length of a string in Redis. */
    static final long MOST_VALUE_SIZE = 512L << 20;

    static final ValueReader<Long> MAX_VALUE_SIZE = Sizes.between(1, MOST_VALUE_SIZE);

    static final long MOST_NEAR_ENTRIES = 100_000_000;

    static final ValueReader<Long> NEAR_MAX_BYTES = Sizes.between(1, 1024L << 30);

    static final Duration LEAST_NEAR_LEASE = Duration.ofMillis(100);

    static final Duration MOST_NEAR_LEASE = Duration.ofHours(1);

    static final ValueReader<Duration> NEAR_LEASE = Durations.between(LEAST_NEAR_LEASE, MOST_NEAR_LEASE);

    private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";
    private static final ValueReader<Duration> LOAD_WAIT =
            Durations.between(Duration.ofMillis(10), Duration.ofMinutes(1));

    private static final ValueReader<Duration> ABSENT_TTL = Durations.between(Duration.ofMillis(10), MOST_TTL);

    private static final ValueReader<Duration> MAX_IDLE = Durations.between(Duration.ofSeconds(1), MOST_TTL);

    /** One entry for each possible segment. */
    private static final long LEAST_ENTRIES = MOST_SEGMENTS;

    private static final long MOST_ENTRIES = 1_000_000_000;

    private static final int MOST_LOAD_WAITERS = 100_000;
    private static final int MOST_WARM_UP_THREADS = 64;
    private static final int LEAST_WARM_UP_RATE = 10;
    private static final int MOST_WARM_UP_RATE = 1_000_000_000;

    private RegionValues() {}

    static Duration ttl(Object value) {
        if (isEndless(value)) {
            throw new WrongValueException("entries always expire, so that a server whose memory is full evicts them"
                    + " and not the consistency metadata; use a long ttl such as 365d");
        }
        return FINITE_TTL.read(value);
    }

    private static boolean isEndless(Object value) {
        String text = value.toString().trim();
        return value.equals(Duration.ZERO) || text.matches("(?i)none|off|never|0+(ms|s|m|h|d)?|pt0s");
    }

    static double ttlJitter(Object value) {
        return Fractions.read(value);
    }

    static int segments(Object value) {
        return (int) whole(value, 1, MOST_SEGMENTS);
    }

    static int warmUpThreads(Object value) {
        return (int) whole(value, 1, MOST_WARM_UP_THREADS);
    }

    /** Zero if there is no bound. */
    static int warmUpRate(Object value) {
        return isOff(value) ? 0 : (int) whole(value, LEAST_WARM_UP_RATE, MOST_WARM_UP_RATE);
    }

    static int loadWaiters(Object value) {
        return (int) whole(value, 1, MOST_LOAD_WAITERS);
    }

    private static long whole(Object value, long least, long most) {
        boolean whole = value instanceof Integer || value instanceof Long || value instanceof Short;
        String text = whole || value instanceof CharSequence ? value.toString().trim() : "";
        long number = text.matches("\\d{1,12}") ? Long.parseLong(text) : -1;
        if (number < least || number > most) {
            throw new WrongValueException("expected a whole number from " + least + " to " + most);
        }
        return number;
    }

    static boolean near(Object value) {
        String text = value.toString().trim().toLowerCase(Locale.ROOT);
        if (text.equals("false") || text.equals("off") || text.equals("none")) {
            return false;
        }
        if (!text.equals("true") && !text.equals("on")) {
            throw new WrongValueException("expected true or false");
        }
        if (!isThere(CAFFEINE)) {
            throw new WrongValueException(
                    "needs the library com.github.ben-manes.caffeine:caffeine, which is not on the"
                            + " class path; add it to the application or leave the setting out");
        }
        return true;
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, RegionValues.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    static long nearMaxEntries(Object value) {
        boolean whole = value instanceof Integer || value instanceof Long || value instanceof Short;
        String text = whole || value instanceof CharSequence ? value.toString().trim() : "";
        long number = text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
        if (number < 1 || number > MOST_NEAR_ENTRIES) {
            throw new WrongValueException("expected a whole number from 1 to " + MOST_NEAR_ENTRIES);
        }
        return number;
    }

    /** Zero if it is switched off. */
    static Duration loadWait(Object value) {
        return isOff(value) ? Duration.ZERO : LOAD_WAIT.read(value);
    }

    /** Zero if it is switched off. */
    static Duration absentTtl(Object value) {
        return isOff(value) ? Duration.ZERO : ABSENT_TTL.read(value);
    }

    /** Zero if it is switched off. */
    static Duration maxIdle(Object value) {
        return isOff(value) ? Duration.ZERO : MAX_IDLE.read(value);
    }

    /** Zero if there is no limit. */
    static Long maxEntries(Object value) {
        return isOff(value) ? 0L : whole(value, LEAST_ENTRIES, MOST_ENTRIES);
    }

    static boolean isOff(Object value) {
        return value.equals(Duration.ZERO)
                || value.toString().trim().matches("(?i)none|off|false|0+(ms|s|m|h|d)?|pt0s");
    }

    static OutagePolicy outagePolicy(Object value) {
        return Choices.of(OutagePolicy.class).read(value);
    }
}
