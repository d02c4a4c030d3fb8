package io.github.hibernateredis.integration.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The events of a set of registers, and whether the reads of them are possible.
 *
 * <p>A register takes one value after another, each by a committed transaction. A read has a window of time. It may see
 * the last value whose commit had returned before the start of the window, or a later one whose commit was called
 * before its end. All times are {@link System#nanoTime()}, which the JVMs of one machine share.
 *
 * <p>Transactions and readers have the number of their thread in their names, such as {@code w17-2305}, which
 * determines their instance.
 */
final class History {

    /** The value of a register without a value, and of a deleted row. */
    static final String NONE = "none";

    private static final Pattern THREAD = Pattern.compile("w(\\d+)-.*");

    /**
     * A commit.
     *
     * @param called when the commit was called
     * @param returned when it had returned
     */
    record Commit(long called, long returned) {}

    /**
     * One read of a register.
     *
     * @param register the register
     * @param value the value that was seen, or was not
     * @param seen true: the register had the value; false: it had another one
     * @param kept whether the cache keeps the result under this value, as for a natural id or an owner. The commit that
     *     removes the value drops it, and later commits do not know of it
     * @param from the start of the window: when the transaction began
     * @param until the end of the window: when the read had returned, or the transaction's snapshot was taken
     * @param reader the reader and its kind of read, for the message
     */
    record Read(String register, String value, boolean seen, boolean kept, long from, long until, String reader) {}

    /**
     * A time in which an instance reached the database but not the cache. Others may learn late of its commits in that
     * time, which is the one case that the protocol allows with the outage policy {@code available}.
     *
     * @param node the instance; {@link #ALL} if no instance reached the cache
     * @param end when all commits in that time must be known everywhere
     */
    record Cut(int node, long begin, long end) {

        static final int ALL = -1;

        private boolean covers(int aNode, Commit commit) {
            return (node == ALL || node == aNode) && commit.called - end < 0 && begin - commit.returned < 0;
        }
    }

    enum Kind {
        /** Older than the commits before the read began. */
        STALE,
        /** Not committed before the read had ended. */
        EARLY,
        /** Never committed at all. */
        DIRTY,
        /** Changed unintentionally by a transaction that wrote back what it had read too early. */
        OVERWRITTEN
    }

    record Violation(Kind kind, Read read, String states) {

        @Override
        public String toString() {
            return kind + ": " + read + "; the register was " + states;
        }
    }

    private record State(
            String value, String transaction, @Nullable Commit commit) {}

    private record Write(String value, String transaction) {}

    private record Intention(String register, String transaction) {}

    /** Nothing that a node keeps is more than a lease older than what others have committed. */
    private record NearCaches(long leaseNanos, IntPredicate nodes) {

        static final NearCaches NONE = new NearCaches(0, node -> false);

        private boolean mayMiss(int node, @Nullable Commit commit, long readFrom) {
            return nodes.test(node) && (commit == null || readFrom - commit.returned <= leaseNanos);
        }
    }

    private final int threadsPerNode;
    private final Map<String, List<Write>> registers = new LinkedHashMap<>();
    private final Map<String, List<State>> states = new HashMap<>();
    private final Map<String, Commit> commits = new HashMap<>();
    private final Set<Intention> intentions = new HashSet<>();
    private final Map<String, Long> readingsFrom = new HashMap<>();
    private final List<Cut> cuts = new ArrayList<>();
    private NearCaches nearCaches = NearCaches.NONE;
    private int tolerated;
    private long longestToleratedNanos;
    private int outdatedNear;
    private long longestOutdatedNearNanos;

    /** @param threadsPerNode how many numbers the threads of each instance have; instance 0 has the first ones */
    History(int threadsPerNode) {
        this.threadsPerNode = threadsPerNode;
    }

    /**
     * Adds a value of a register, in the order of the commits. Of the values of one transaction only the last one
     * counts, because the earlier ones were never committed.
     */
    void wrote(String register, String value, String transaction) {
        List<Write> writes = registers.computeIfAbsent(register, name -> new ArrayList<>());
        Write write = new Write(value, transaction);
        int last = writes.size() - 1;
        if (last >= 0 && writes.get(last).transaction.equals(transaction)) {
            writes.set(last, write);
        } else {
            writes.add(write);
        }
    }

    /**
     * Adds the commit of a transaction. A transaction without one may have committed at any time, or its commit is
     * unconfirmed.
     */
    void committed(String transaction, Commit commit) {
        commits.put(transaction, commit);
    }

    /**
     * Adds that a transaction intended to change the register, which it has read together with others since that
     * moment.
     */
    void intended(String register, String transaction, long readFrom) {
        intentions.add(new Intention(register, transaction));
        readingsFrom.put(transaction, readFrom);
    }

    /**
     * The values of registers that transactions have changed unintentionally.
     *
     * @param kind the prefix of the names of these registers, for which intentions are recorded
     */
    List<Violation> overwritten(String kind) {
        List<Violation> found = new ArrayList<>();
        registers.keySet().stream().filter(name -> name.startsWith(kind)).forEach(register -> {
            List<State> known = states.computeIfAbsent(register, this::statesOf);
            for (int i = 1; i < known.size(); i++) {
                State before = known.get(i - 1);
                State now = known.get(i);
                if (!now.value.equals(before.value)
                        && !intentions.contains(new Intention(register, now.transaction))
                        && !isOverwritingTolerable(before, now)) {
                    Read lost = new Read(register, before.value, false, false, 0, 0, now.transaction);
                    found.add(new Violation(Kind.OVERWRITTEN, lost, around(known, i)));
                }
            }
        });
        return found;
    }

    /**
     * Whether the transaction may have missed the earlier value, because another instance had committed it while
     * disconnected.
     */
    private boolean isOverwritingTolerable(State before, State now) {
        Commit written = before.commit;
        int writer = nodeOf(before.transaction);
        Long readFrom = readingsFrom.get(now.transaction);
        return written != null
                && writer != nodeOf(now.transaction)
                && (readFrom != null && nearCaches.mayMiss(nodeOf(now.transaction), written, readFrom)
                        || cuts.stream()
                                .anyMatch(cut -> cut.covers(writer, written)
                                        && (now.commit == null || now.commit.called - cut.end < 0)));
    }

    /** Tolerates that those nodes are as much behind others. */
    void tolerateNear(Duration lease, IntPredicate nodes) {
        nearCaches = new NearCaches(lease.toNanos(), nodes);
    }

    /** How many reads were behind in a near cache. */
    int outdatedNear() {
        return outdatedNear;
    }

    /** For how long at most such a read was behind. */
    long longestOutdatedNearNanos() {
        return longestOutdatedNearNanos;
    }

    /** Tolerates that others learn late of the commits in that time. */
    void tolerate(Cut cut) {
        cuts.add(cut);
    }

    /** How many reads were outdated because of the commits of a disconnected instance. */
    int tolerated() {
        return tolerated;
    }

    /** The longest time by which such a read was outdated. */
    long longestToleratedNanos() {
        return longestToleratedNanos;
    }

    /** Checks a read; null if it is possible. After the first call nothing may be added. */
    @Nullable
    Violation check(Read read) {
        List<State> known = states.computeIfAbsent(read.register, this::statesOf);
        int oldest = oldestVisible(known, read.from);
        for (int i = oldest; i < known.size(); i++) {
            if (agrees(known.get(i), read) && !isAfter(known.get(i), read.until)) {
                return null;
            }
        }
        Kind kind = kindOf(known, oldest, read);
        if (kind == Kind.STALE && isTolerable(known, oldest, read)) {
            return null;
        }
        return new Violation(kind, read, around(known, oldest));
    }

    private static String around(List<State> known, int state) {
        return known.subList(Math.max(0, state - 2), known.size()).stream()
                .limit(6)
                .toList()
                .toString();
    }

    private List<State> statesOf(String register) {
        List<State> known = new ArrayList<>();
        known.add(new State(NONE, "the beginning", new Commit(Long.MIN_VALUE / 2, Long.MIN_VALUE / 2)));
        for (Write write : registers.getOrDefault(register, List.of())) {
            known.add(new State(write.value, write.transaction, commits.get(write.transaction)));
        }
        return known;
    }

    private static boolean agrees(State state, Read read) {
        return state.value.equals(read.value) == read.seen;
    }

    /** The last state whose commit had returned by then. */
    private static int oldestVisible(List<State> known, long moment) {
        for (int i = known.size() - 1; i > 0; i--) {
            Commit commit = known.get(i).commit;
            if (commit != null && commit.returned - moment < 0) {
                return i;
            }
        }
        return 0;
    }

    private static boolean isAfter(State state, long moment) {
        return state.commit != null && state.commit.called - moment > 0;
    }

    private static Kind kindOf(List<State> known, int oldest, Read read) {
        for (int i = oldest - 1; i >= 0; i--) {
            if (agrees(known.get(i), read)) {
                return Kind.STALE;
            }
        }
        return known.stream().anyMatch(state -> agrees(state, read)) ? Kind.EARLY : Kind.DIRTY;
    }

    /**
     * Whether all values that the read missed were committed by other instances within the lease of a near cache, or by
     * other, disconnected instances that were still disconnected. A commit of a connected instance would have dropped
     * the outdated value, and an instance never misses its own commits.
     */
    private boolean isTolerable(List<State> known, int oldest, Read read) {
        int reader = nodeOf(read.reader);
        long missedSince = read.from;
        boolean isCutOff = false;
        for (int i = oldest; i >= 0 && !agrees(known.get(i), read); i--) {
            Commit commit = known.get(i).commit;
            int writer = nodeOf(known.get(i).transaction);
            boolean drops = !read.kept || !read.seen || agrees(known.get(i - 1), read);
            if (drops && (writer == reader || !nearCaches.mayMiss(reader, commit, read.from))) {
                if (writer == reader
                        || commit == null
                        || cuts.stream().noneMatch(cut -> cut.covers(writer, commit) && read.from - cut.end < 0)) {
                    return false;
                }
                isCutOff = true;
            }
            missedSince = commit == null ? missedSince : commit.returned;
        }
        if (isCutOff) {
            tolerated++;
            longestToleratedNanos = Math.max(longestToleratedNanos, read.from - missedSince);
        } else {
            outdatedNear++;
            longestOutdatedNearNanos = Math.max(longestOutdatedNearNanos, read.from - missedSince);
        }
        return true;
    }

    private int nodeOf(String name) {
        Matcher thread = THREAD.matcher(name);
        return thread.matches() ? Integer.parseInt(thread.group(1)) / threadsPerNode : Integer.MIN_VALUE;
    }
}
