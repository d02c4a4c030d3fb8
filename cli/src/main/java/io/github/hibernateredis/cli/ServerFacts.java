package io.github.hibernateredis.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself.
 *
 * @param address where it is
 * @param user who asks; null if that may not be asked
 * @param info what {@code INFO} says; empty if it may not be asked
 * @param missing the commands that the user may not run; null if the server cannot tell
 * @param pingMicros how long each of some {@code PING}s took
 * @param slow the slow log, newest first; null if it may not be read
 */
record ServerFacts(
        String address,
        @Nullable String user,
        Map<String, String> info,
        @Nullable Set<String> missing,
        List<Long> pingMicros,
        @Nullable List<Slow> slow) {

    /**
     * A slow command, without its arguments, which may be data.
     *
     * @param at when, in seconds since 1970
     * @param micros how long it took
     * @param command its name
     */
    record Slow(long at, long micros, String command) {}

    String text(String field) {
        return info.getOrDefault(field, "");
    }

    long number(String field) {
        try {
            return Long.parseLong(text(field));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
