package io.github.hibernateredis.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The results of JMH in all rounds. */
final class Figures {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** A benchmark such as {@code findHit}, of the class {@code type}, with its one parameter besides the latency. */
    record Key(String type, String method, String subject, int latency) {}

    private final Map<Key, List<JsonNode>> results;

    private Figures(Map<Key, List<JsonNode>> results) {
        this.results = results;
    }

    static Figures read(Path folder) throws IOException {
        Map<Key, List<JsonNode>> results = new LinkedHashMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().matches("jmh-.*\\.json"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            for (JsonNode result : Json.read(file)) {
                String[] name = result.path("benchmark").asText().split("\\.");
                JsonNode params = result.path("params");
                String subject =
                        params.path("provider").asText(params.path("codec").asText(""));
                Key key = new Key(
                        name[name.length - 2],
                        name[name.length - 1],
                        subject,
                        params.path("latency").asInt(0));
                results.computeIfAbsent(key, k -> new ArrayList<>()).add(result);
            }
        }
        return new Figures(results);
    }

    /** The latencies of one class of benchmarks. */
    TreeSet<Integer> latencies(String type) {
        TreeSet<Integer> latencies = new TreeSet<>();
        results.keySet().stream().filter(key -> key.type.equals(type)).forEach(key -> latencies.add(key.latency));
        return latencies;
    }

    /** The median of the rounds, in the unit of the benchmark; NaN if there is none. */
    double score(String type, String method, String subject, int latency) {
        return Statistics.median(rounds(type, method, subject, latency));
    }

    /** The difference between the highest and the lowest round, divided by the median; NaN with less than two rounds. */
    double spread(String type, String method, String subject, int latency) {
        double[] rounds = rounds(type, method, subject, latency);
        Arrays.sort(rounds);
        return rounds.length < 2 ? Double.NaN : (rounds[rounds.length - 1] - rounds[0]) / Statistics.median(rounds);
    }

    private double[] rounds(String type, String method, String subject, int latency) {
        return values(new Key(type, method, subject, latency), Figures::best);
    }

    /** The fastest iteration of a round: the one that other programs on the machine have disturbed least. */
    private static double best(JsonNode result) {
        double[] iterations = StreamSupport.stream(
                        result.path("primaryMetric").path("rawData").spliterator(), false)
                .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        boolean more = result.path("mode").asText().equals("thrpt");
        return Statistics.quantile(iterations, more ? 1 : 0);
    }

    /** Bytes that one operation allocates in the measuring JVM, or NaN. */
    double allocated(String type, String method, String subject, int latency) {
        return Statistics.median(values(
                new Key(type, method, subject, latency),
                result -> result.path("secondaryMetrics")
                        .path(ALLOCATED)
                        .path("score")
                        .asDouble(Double.NaN)));
    }

    private double[] values(Key key, ToDoubleFunction<JsonNode> value) {
        return results.getOrDefault(key, List.of()).stream().mapToDouble(value).toArray();
    }
}
