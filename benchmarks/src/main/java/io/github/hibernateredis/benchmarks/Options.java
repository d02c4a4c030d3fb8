package io.github.hibernateredis.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The options, read from system properties once. An empty property counts as not set, because Maven passes all of them.
 *
 * @param only a regular expression for the benchmarks: {@code OrmBenchmark.findHit} and the like, {@code EvictRegion},
 *     {@code Sizes}, {@code HitRates}
 * @param latencies in milliseconds per round trip
 * @param rounds how often everything is measured, in separate JVMs for each round
 * @param seconds the duration of one measurement; each round has {@link #MEASUREMENTS}, after {@link #WARM_UPS} for
 *     warming up
 * @param entries how many entries are cached to be evicted, measured or read
 */
record Options(
        boolean quick,
        Pattern only,
        List<Provider> providers,
        List<Integer> latencies,
        int rounds,
        double seconds,
        int entries,
        Path results) {

    static final String RESULTS = "benchmarks.results";
    static final int MEASUREMENTS = 3;

    static final int WARM_UPS = 8;

    /** The JVM compiles code only after it has run often enough, and only some hundred updates run in a second. */
    static final int WARM_UPS_OF_UPDATES = 32;

    static Options read() {
        boolean quick = Boolean.parseBoolean(text("quick", "false"));
        List<Integer> latencies = list(text("latencies", quick ? "0" : "0,1")).stream()
                .map(Integer::valueOf)
                .toList();
        return new Options(
                quick,
                Pattern.compile(text("only", ".*")),
                list(text("providers", String.join(",", Provider.labels()))).stream()
                        .map(Provider::of)
                        .toList(),
                latencies,
                Integer.parseInt(text("rounds", quick ? "1" : "3")),
                Double.parseDouble(text("seconds", quick ? "0.1" : "1")),
                quick ? 2_000 : 100_000,
                Path.of(text("results", "target/results")).toAbsolutePath());
    }

    boolean wants(String name) {
        return only.matcher(name).find();
    }

    private static String text(String name, String byDefault) {
        String value = System.getProperty("benchmarks." + name, "");
        return value.isBlank() ? byDefault : value;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).toList();
    }
}
