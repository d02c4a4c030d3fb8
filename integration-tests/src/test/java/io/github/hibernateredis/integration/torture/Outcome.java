package io.github.hibernateredis.integration.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The results of a run. */
final class Outcome {

    private static final Duration WARM_UP = Duration.ofSeconds(2);

    final Plan plan;
    private final long seed;
    private final Path folder;
    private final Map<History.Kind, List<History.Violation>> violations = new EnumMap<>(History.Kind.class);
    final List<String> atRest = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> expectedFailures = new TreeMap<>();
    private List<Nemesis.Strike> strikes = List.of();
    private final Map<Integer, List<Journal.Probe>> probes = new HashMap<>();
    private long end;
    private long reads;
    private long tolerated;
    private Duration longestTolerated = Duration.ZERO;
    private long transactions;
    private long hits;
    private long misses;
    private long queryHits;
    private long naturalIdHits;

    Outcome(Plan plan, long seed, Path folder) {
        this.plan = plan;
        this.seed = seed;
        this.folder = folder;
    }

    /** @param strikes grows during the run */
    void begun(List<Nemesis.Strike> strikes) {
        this.strikes = strikes;
        end = System.nanoTime() + plan.time().toNanos();
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** The times in which others may miss the commits of an instance, depending on the policy. */
    List<History.Cut> cuts() {
        return strikes.stream()
                .filter(strike -> plan.tolerates(strike.fault()))
                .map(strike -> new History.Cut(strike.node(), strike.begin(), strike.end() + Nemesis.SETTLED.toNanos()))
                .toList();
    }

    void add(String report) {
        String[] words = report.split(" ", 6);
        transactions += Long.parseLong(words[0]);
        hits += Long.parseLong(words[1]);
        misses += Long.parseLong(words[2]);
        queryHits += Long.parseLong(words[3]);
        naturalIdHits += Long.parseLong(words[4]);
        for (String failure : words[5].replaceAll("[{}]", "").split(", ")) {
            int equals = failure.lastIndexOf('=');
            if (equals > 0) {
                String name = failure.substring(failure.indexOf(": ") + 2, equals);
                expectedFailures.merge(name, Integer.parseInt(failure.substring(equals + 1)), Integer::sum);
            }
        }
    }

    void read(History.Read read, History.@Nullable Violation violation) {
        reads++;
        if (violation != null) {
            violated(violation);
        }
    }

    void violated(History.Violation violation) {
        violations.computeIfAbsent(violation.kind(), kind -> new ArrayList<>()).add(violation);
    }

    void failed(String reader, String failure) {
        failures.add(reader + ": " + failure);
    }

    void probed(Journal.Probe probe) {
        probes.computeIfAbsent(probe.node(), node -> new ArrayList<>()).add(probe);
    }

    void tolerated(History history) {
        tolerated = history.tolerated();
        longestTolerated = Duration.ofNanos(history.longestToleratedNanos());
    }

    List<History.Violation> violations() {
        return violations.values().stream().flatMap(List::stream).toList();
    }

    long hits() {
        return hits;
    }

    long queryHits() {
        return queryHits;
    }

    long naturalIdHits() {
        return naturalIdHits;
    }

    long transactions() {
        return transactions;
    }

    // Latency ---------------------------------------------------------------------------------------------------------

    /**
     * The duration of reads.
     *
     * @param late99 the 99th percentile, without the reads of each instance in the first two timeouts of a fault
     */
    record Latency(long reads, Duration median, Duration late99, Duration longest) {

        private static Latency of(List<Long> all, List<Long> late) {
            all.sort(null);
            late.sort(null);
            return new Latency(all.size(), at(all, 50), at(late, 99), at(all, 100));
        }

        private static Duration at(List<Long> sorted, int percent) {
            return sorted.isEmpty()
                    ? Duration.ZERO
                    : Duration.ofNanos(sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)));
        }

        @Override
        public String toString() {
            return reads + " (median " + millis(median) + ", 99% " + millis(late99) + ", longest " + millis(longest)
                    + ")";
        }
    }

    static String millis(Duration time) {
        return time.toNanos() / 1000 / 1000.0 + " ms";
    }

    /** Probes without a fault. */
    Latency whenAllIsWell() {
        List<Long> all = new ArrayList<>();
        probes.values()
                .forEach(ofNode -> warm(ofNode)
                        .filter(probe -> strikes.stream().noneMatch(strike -> touches(strike, probe, Nemesis.SETTLED)))
                        .forEach(probe -> all.add(probe.until() - probe.from())));
        return Latency.of(all, new ArrayList<>(all));
    }

    /** Probes while Redis did not answer, of running JVMs. */
    Latency inOutages() {
        List<Long> all = new ArrayList<>();
        List<Long> late = new ArrayList<>();
        for (Nemesis.Strike strike : strikes) {
            if (strike.fault().reach == Fault.Reach.NONE
                    || strike.fault() == Fault.RESTORE_REDIS_WHILE_A_JVM_IS_STOPPED) {
                continue;
            }
            probes.forEach((node, ofNode) -> warm(ofNode)
                    .filter(probe -> strike.node() == History.Cut.ALL || strike.node() == node)
                    .filter(probe -> touches(strike, probe, Duration.ZERO))
                    .forEach(probe -> {
                        all.add(probe.until() - probe.from());
                        if (probe.from() - strike.begin() > 2 * Nemesis.BUDGET.toNanos()) {
                            late.add(probe.until() - probe.from());
                        }
                    }));
        }
        return Latency.of(all, late);
    }

    /** The first session of a factory waits for its client, and a new JVM is slow. */
    private static Stream<Journal.Probe> warm(List<Journal.Probe> ofNode) {
        long from = ofNode.get(0).until() + WARM_UP.toNanos();
        return ofNode.stream().filter(probe -> probe.from() - from > 0);
    }

    private static boolean touches(Nemesis.Strike strike, Journal.Probe probe, Duration after) {
        return probe.until() - strike.begin() > 0 && probe.from() - strike.end() < after.toNanos();
    }

    private Duration longestIn(Nemesis.Strike strike) {
        return Duration.ofNanos(probes.values().stream()
                .flatMap(Outcome::warm)
                .filter(probe -> touches(strike, probe, Duration.ZERO))
                .mapToLong(probe -> probe.until() - probe.from())
                .max()
                .orElse(0));
    }

    /** For each fault the time from its end until the slowest instance had a hit again. */
    private Map<Fault, Duration> timesUntilHits() {
        Map<Fault, Duration> times = new EnumMap<>(Fault.class);
        for (Nemesis.Strike strike : strikes) {
            timesUntilHits(strike)
                    .values()
                    .forEach(time ->
                            times.merge(strike.fault(), time, (one, other) -> one.compareTo(other) > 0 ? one : other));
        }
        return times;
    }

    /** The same for each instance that existed before and after, if there were hits before the next fault. */
    private Map<Integer, Duration> timesUntilHits(Nemesis.Strike strike) {
        int next = strikes.indexOf(strike) + 1;
        long until = next < strikes.size() ? strikes.get(next).begin() : Long.MAX_VALUE;
        Map<Integer, Duration> times = new TreeMap<>();
        probes.forEach((node, ofNode) -> {
            boolean ranBefore = ofNode.get(0).from() - strike.begin() < 0;
            boolean ranAfter = ofNode.get(ofNode.size() - 1).from() - strike.end() > 0;
            if (ranBefore && ranAfter) {
                ofNode.stream()
                        .filter(probe -> probe.hit() && probe.from() - strike.end() > 0 && probe.until() < until)
                        .findFirst()
                        .ifPresent(probe -> times.put(node, Duration.ofNanos(probe.until() - strike.end())));
            }
        });
        return times;
    }

    /** The longest time without a hit on an instance while there was no fault. */
    Duration longestWithoutHits() {
        long longest = 0;
        for (List<Journal.Probe> ofNode : probes.values()) {
            long since = ofNode.get(0).from();
            for (Journal.Probe probe : ofNode) {
                for (Nemesis.Strike strike : strikes) {
                    if (touches(strike, probe, Duration.ZERO)) {
                        since = probe.until();
                    }
                }
                if (probe.hit()) {
                    longest = Math.max(longest, probe.from() - since);
                    since = probe.until();
                }
            }
            longest = Math.max(longest, ofNode.get(ofNode.size() - 1).until() - since);
        }
        return Duration.ofNanos(longest);
    }

    // The end ---------------------------------------------------------------------------------------------------------

    void end() throws IOException {
        List<String> report = new ArrayList<>();
        report.add(toString());
        strikes.forEach(strike -> report.add(strike + ": longest find " + millis(longestIn(strike))
                + ", until there are hits again " + timesUntilHits(strike)));
        failures.forEach(failure -> report.add("FAILED " + failure));
        atRest.forEach(difference -> report.add("AT REST " + difference));
        violations().forEach(violation -> report.add(violation.toString()));
        Files.write(Path.of(folder + ".txt"), report);
        System.out.println(report.get(0));
        report.stream().skip(1 + strikes.size()).limit(20).forEach(System.out::println);
    }

    /** No results need to be kept. */
    void forget() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public String toString() {
        Map<History.Kind, Integer> counts = new EnumMap<>(History.Kind.class);
        violations.forEach((kind, each) -> counts.put(kind, each.size()));
        Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
        strikes.forEach(strike -> struck.merge(strike.fault(), 1, Integer::sum));
        Map<Fault, String> untilHits = new EnumMap<>(Fault.class);
        timesUntilHits().forEach((fault, time) -> untilHits.put(fault, millis(time)));
        return String.join(
                "\n  ",
                plan.name() + ", seed " + seed + ", history in " + folder + ":",
                transactions + " transactions, " + reads + " reads, " + hits + " hits, " + misses + " misses, "
                        + queryHits + " hits of queries, " + naturalIdHits + " of natural ids",
                "faults " + struck,
                "violations " + counts + ", at rest " + atRest.size() + ", failed reads " + failures.size(),
                "behind a node that was cut off " + tolerated + ", at most by " + millis(longestTolerated),
                "finds when all is well " + whenAllIsWell(),
                "finds while Redis does not answer " + inOutages(),
                "until there are hits again " + untilHits + ", longest time without " + millis(longestWithoutHits()),
                "exceptions out of writes " + expectedFailures);
    }
}
