package io.github.hibernateredis.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts about one server.
 *
 * @param address its address
 * @param user the user of this connection; null if it may not be read
 * @param info the result of {@code INFO}; empty if it may not be read
 * @param missing the commands that the user may not run; null if the server cannot report them
 * @param pingMicros the durations of some {@code PING}s, in microseconds
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
     * A slow command, without its arguments, which may contain data.
     *
     * @param at when it ran, in seconds since 1970
     * @param micros its duration in microseconds
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
