package io.github.hibernateredis.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats values for people. */
final class Shown {

    static final String NONE = "-";

    private static final int LINE = 16;
    private static final int MOST_BYTES = 512;

    private Shown() {}

    static String bytes(@Nullable Long bytes) {
        if (bytes == null) {
            return NONE;
        }
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    /** Formats a stamp as the time from which it is derived. */
    static String stamp(long stamp) {
        return stamp == 0
                ? NONE
                : Instant.EPOCH
                        .plus(stamp, ChronoUnit.MICROS)
                        .truncatedTo(ChronoUnit.MILLIS)
                        .toString();
    }

    static String duration(@Nullable Duration duration) {
        if (duration == null) {
            return NONE;
        }
        if (duration.toMillis() < 1000 && !duration.isNegative()) {
            return duration.toMillis() + "ms";
        }
        return duration.truncatedTo(ChronoUnit.SECONDS).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Formats bytes as hexadecimal digits and, as far as possible, as text. */
    static String dump(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int shown = Math.min(bytes.length, MOST_BYTES);
        for (int from = 0; from < shown; from += LINE) {
            StringBuilder hex = new StringBuilder();
            StringBuilder plain = new StringBuilder();
            for (int i = from; i < Math.min(shown, from + LINE); i++) {
                int value = bytes[i] & 0xff;
                hex.append(String.format("%02x ", value));
                plain.append(value >= 0x20 && value < 0x7f ? (char) value : '.');
            }
            text.append(String.format("%06x  %-48s %s%n", from, hex, plain));
        }
        if (shown < bytes.length) {
            text.append("... ").append(bytes.length - shown).append(" bytes more\n");
        }
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
