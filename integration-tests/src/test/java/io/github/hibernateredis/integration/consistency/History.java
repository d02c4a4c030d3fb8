package io.github.hibernateredis.integration.consistency;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a set of registers, and whether what was read of them could be true.
 *
 * <p>A register takes one value after the other, each by a committed transaction. A read looks through a window of time:
 * it may see the last value whose commit had returned before the window's beginning, or a later one whose commit was
 * called before its end. All moments are {@link System#nanoTime()}, which the JVMs of one machine share.
 */
final class History {

    /** What a register that never had a value holds, and the value of a deleted row. */
    static final String NONE = "none";

    /**
     * A commit.
     *
     * @param called when the commit was called
     * @param returned when it had returned
     */
    record Commit(long called, long returned) {}

    /**
     * What was read of a register.
     *
     * @param register the register
     * @param value the value that was seen, or was not
     * @param seen true: the register held the value; false: it held another one
     * @param from the beginning of the window: when the transaction began
     * @param until the end of the window: when the read had returned, or the transaction's snapshot been taken
     * @param reader who read, and how, for the message
     */
    record Read(String register, String value, boolean seen, long from, long until, String reader) {}

    private record State(String value, String transaction) {}

    private final Map<String, List<State>> registers = new LinkedHashMap<>();
    private final Map<String, Commit> commits = new HashMap<>();
    private final List<Read> reads = new ArrayList<>();

    /**
     * Adds a value of a register; in the order of the commits. Of one transaction's values only the last counts: the ones
     * before it were never committed.
     */
    void wrote(String register, String value, String transaction) {
        List<State> states = registers.computeIfAbsent(register, name -> new ArrayList<>());
        State state = new State(value, transaction);
        int last = states.size() - 1;
        if (last >= 0 && states.get(last).transaction.equals(transaction)) {
            states.set(last, state);
        } else {
            states.add(state);
        }
    }

    /** Adds when a transaction was committed; one that is not added may have been at any time, or be unconfirmed. */
    void committed(String transaction, Commit commit) {
        commits.put(transaction, commit);
    }

    void read(Read read) {
        reads.add(read);
    }

    int reads() {
        return reads.size();
    }

    /** What was read and cannot have been true, a line each. */
    List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (Read read : reads) {
            String violation = check(read);
            if (violation != null) {
                violations.add(violation);
            }
        }
        return violations;
    }

    private @Nullable String check(Read read) {
        List<State> states = registers.getOrDefault(read.register, List.of());
        int oldest = oldestVisible(states, read.from);
        boolean never = read.seen;
        for (int i = oldest; i < states.size(); i++) {
            State state = i < 0 ? new State(NONE, "the beginning") : states.get(i);
            if (i >= 0 && isAfter(state, read.until)) {
                continue;
            }
            if (state.value.equals(read.value) == read.seen) {
                return null;
            }
        }
        for (State state : states) {
            never &= !state.value.equals(read.value);
        }
        String kind = never && !read.value.equals(NONE) ? "dirty" : "wrong";
        return kind + " read: " + read + "; the register was "
                + states.subList(Math.max(0, oldest - 1), states.size()).stream()
                        .limit(6)
                        .map(state -> state + " " + commits.get(state.transaction))
                        .toList();
    }

    /** The last state whose commit had returned by then; -1 for the time before the first. */
    private int oldestVisible(List<State> states, long moment) {
        for (int i = states.size() - 1; i >= 0; i--) {
            Commit commit = commits.get(states.get(i).transaction);
            if (commit != null && commit.returned - moment < 0) {
                return i;
            }
        }
        return -1;
    }

    private boolean isAfter(State state, long moment) {
        Commit commit = commits.get(state.transaction);
        return commit != null && commit.called - moment > 0;
    }
}
