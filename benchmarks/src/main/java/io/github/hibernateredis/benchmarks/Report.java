package io.github.hibernateredis.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The results as Markdown and charts for the documentation. Benchmarks that did not run are omitted. */
public final class Report {

    static final String FILE = "benchmarks.md";

    private static final String ORM = OrmBenchmark.class.getSimpleName();
    private static final String RAW = RawBenchmark.class.getSimpleName();
    private static final String CODEC = CodecBenchmark.class.getSimpleName();

    private static final Map<String, String> OPERATIONS = new LinkedHashMap<>();
    private static final Map<String, String> LIMITS = new LinkedHashMap<>();

    static {
        OPERATIONS.put("sessionOpenClose", "session open and close");
        OPERATIONS.put("emptyTransaction", "empty transaction");
        OPERATIONS.put("findHit", "find hit");
        OPERATIONS.put("findHitWithNaturalId", "find hit, with natural id");
        OPERATIONS.put("naturalIdLookup", "natural-id lookup");
        OPERATIONS.put("orderWithTwentyLines", "order + 20 lines");
        OPERATIONS.put("cacheableQueryOfTwenty", "cacheable query of 20");
        OPERATIONS.put("updateOne", "update one");
        OPERATIONS.put("updateFifty", "update 50");
        LIMITS.put("redissonGet", "Redisson `RMap.get`");
        LIMITS.put("redissonScript", "Redisson, a script that does the same");
        LIMITS.put("redissonBatch", "Redisson, a batch of one `RMap.get`");
        LIMITS.put("redissonTwoScripts", "Redisson, two such scripts, sent and then waited for");
        LIMITS.put("redissonTwoScriptsInABatch", "Redisson, the same in a batch");
        LIMITS.put("jedisHget", "Jedis `HGET`");
        LIMITS.put("redissonGetAll", "Redisson `RMap.getAll` of 21");
        LIMITS.put("jedisHmget", "Jedis `HMGET` of 21");
    }

    private final Path folder;
    private final JsonNode environment;
    private final Figures figures;
    private final StringBuilder text = new StringBuilder();

    private Report(Path folder) throws IOException {
        this.folder = folder;
        this.environment = Json.read(folder.resolve("environment.json"));
        this.figures = Figures.read(folder);
    }

    /** Creates the report of existing results; the argument is their folder. */
    public static void main(String[] arguments) throws IOException {
        // The report is the output of the command.
        System.out.println(write(Path.of(arguments[0])));
    }

    /** Writes {@link #FILE} and the charts to the folder of the results, and returns the text. */
    static String write(Path folder) throws IOException {
        Report report = new Report(folder);
        report.introduce();
        for (int latency : report.figures.latencies(ORM)) {
            report.operations(latency);
        }
        for (int latency : report.figures.latencies(RAW)) {
            report.limits(latency);
        }
        report.throughput();
        report.evictions();
        report.codecs();
        report.sizes();
        report.hitRates();
        report.warnings();
        report.howToRepeat();
        Files.writeString(folder.resolve(FILE), report.text);
        return report.text.toString();
    }

    private void introduce() {
        line("# Benchmarks");
        line("");
        if (environment.path("quick").asBoolean()) {
            line("**A quick run, to see that everything works: the figures mean nothing.**");
            line("");
        }
        int rounds = environment.path("rounds").asInt();
        line((rounds == 1
                        ? "Everything was measured in one round."
                        : "Every figure is the median of " + rounds + " rounds.")
                + " In a round the fastest of three iterations counts, the one that was disturbed least.");
        line("");
        row("", "");
        rule(2);
        row("time", environment.path("time").asText());
        row(
                "machine",
                environment.path("cores").asInt() + " cores, "
                        + environment.path("processor").asText() + ", "
                        + environment.path("system").asText());
        row("JVM", environment.path("jvm").asText());
        row("server", environment.path("server").asText() + ", on the same machine");
        row(
                "a bare `PING`",
                each(
                        environment.path("pingMicros"),
                        (latency, ping) -> micros(ping.asDouble()) + " at " + latency + " ms of added latency"));
        row("versions", each(environment.path("versions"), (name, version) -> name + " " + version.asText()));
        line("");
    }

    private interface Entry {

        String say(String name, JsonNode value);
    }

    private static String each(JsonNode node, Entry entry) {
        return node.properties().stream()
                .map(property -> entry.say(property.getKey(), property.getValue()))
                .collect(Collectors.joining(", "));
    }

    private void operations(int latency) throws IOException {
        List<String> subjects = Provider.labels().stream()
                .filter(label -> OPERATIONS.keySet().stream()
                        .anyMatch(operation -> !Double.isNaN(figures.score(ORM, operation, label, latency))))
                .toList();
        if (subjects.isEmpty()) {
            return;
        }
        double unit = figures.score(RAW, "redissonGet", "", latency);
        line("## Operations, " + latency + " ms of added latency");
        line("");
        line("Time divided by that of one raw `RMap.get` of the same bytes in the same run (" + micros(unit)
                + "), and in microseconds.");
        line("");
        header("operation", subjects);
        BarChart chart = new BarChart("Time / one raw RMap.get, " + latency + " ms of added latency", subjects);
        OPERATIONS.forEach((operation, name) -> {
            List<String> cells = new ArrayList<>(List.of(name));
            List<Double> bars = new ArrayList<>();
            for (String subject : subjects) {
                double time = figures.score(ORM, operation, subject, latency);
                cells.add(ratio(time / unit) + " (" + micros(time) + ")");
                bars.add(time / unit);
            }
            if (bars.stream().anyMatch(bar -> !Double.isNaN(bar))) {
                chart.group(name, bars);
                row(cells.toArray(String[]::new));
            }
        });
        line("");
        spread(subjects, latency);
        String file = "benchmarks-" + latency + "ms.svg";
        if (!Double.isNaN(unit)) {
            Files.writeString(folder.resolve(file), chart.svg());
            line("![The same as bars, on a logarithmic scale](" + file + ")");
            line("");
        }
    }

    private void spread(List<String> subjects, int latency) {
        double[] spreads = OPERATIONS.keySet().stream()
                .flatMap(
                        operation -> subjects.stream().map(subject -> figures.spread(ORM, operation, subject, latency)))
                .mapToDouble(Double::doubleValue)
                .filter(spread -> !Double.isNaN(spread))
                .sorted()
                .toArray();
        if (spreads.length > 0) {
            line(String.format(
                    Locale.ROOT,
                    "The rounds of a figure differ by %.0f %% of it at the median, and by %.0f %% at most.",
                    100 * Statistics.median(spreads),
                    100 * spreads[spreads.length - 1]));
            line("");
        }
    }

    private void limits(int latency) {
        line("## Limits, " + latency + " ms of added latency");
        line("");
        line("The clients alone, for the same bytes.");
        line("");
        header("request", List.of("time", "/ `RMap.get`", "allocated"));
        double unit = figures.score(RAW, "redissonGet", "", latency);
        LIMITS.forEach((method, name) -> {
            double time = figures.score(RAW, method, "", latency);
            if (!Double.isNaN(time)) {
                row(name, micros(time), ratio(time / unit), bytes(figures.allocated(RAW, method, "", latency)));
            }
        });
        line("");
    }

    private void throughput() {
        List<String> rows = new ArrayList<>();
        for (int latency : figures.latencies(ORM)) {
            double peer = figures.score(ORM, "findHitEightThreads", "redisson", latency);
            for (String provider : Provider.labels()) {
                double score = figures.score(ORM, "findHitEightThreads", provider, latency);
                if (!Double.isNaN(score)) {
                    rows.add("| " + provider + " | " + latency + " ms | " + perSecond(score) + " | "
                            + ratio(score / peer) + " |");
                }
            }
            double raw = figures.score(RAW, "redissonGetEightThreads", "", latency);
            if (!Double.isNaN(raw)) {
                rows.add(
                        "| raw `RMap.get` | " + latency + " ms | " + perSecond(raw) + " | " + ratio(raw / peer) + " |");
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        line("## Find hit, eight threads");
        line("");
        header("", List.of("added latency", "per second", "/ redisson"));
        rows.forEach(this::line);
        line("");
    }

    private void evictions() throws IOException {
        JsonNode results = Json.read(folder.resolve("evict.json"));
        if (results.isEmpty()) {
            return;
        }
        line("## Another client's reads while a region is evicted");
        line("");
        line("A region of " + count(results.get(0).path("entries").asDouble())
                + " entries. The worst read in half a second of quiet, and in that with the eviction; medians of the"
                + " rounds, and the worst of all.");
        line("");
        header("", List.of("eviction takes", "worst read, quiet", "worst read, evicting", "worst of all rounds"));
        for (String provider : Provider.labels()) {
            List<JsonNode> rounds = StreamSupport.stream(results.spliterator(), false)
                    .filter(result -> result.path("provider").asText().equals(provider))
                    .toList();
            if (!rounds.isEmpty()) {
                double[] evicting = rounds.stream()
                        .mapToDouble(round ->
                                round.path("evicting").path("worstMicros").asDouble())
                        .toArray();
                row(
                        provider,
                        micros(Statistics.median(rounds.stream()
                                .mapToDouble(round -> round.path("evictMicros").asDouble())
                                .toArray())),
                        micros(Statistics.median(rounds.stream()
                                .mapToDouble(round ->
                                        round.path("quiet").path("worstMicros").asDouble())
                                .toArray())),
                        micros(Statistics.median(evicting)),
                        micros(Statistics.quantile(evicting, 1)));
            }
        }
        line("");
    }

    private void codecs() {
        List<String> codecs = List.of("ours", "redisson-kryo5", "jdk");
        if (codecs.stream()
                .allMatch(codec -> Double.isNaN(figures.score(CODEC, "encode", codec, 0))
                        && Double.isNaN(figures.score(CODEC, "decode", codec, 0)))) {
            return;
        }
        line("## Codecs");
        line("");
        line("The cache entry of an entity of eight attributes, one thread.");
        line("");
        header("", List.of("encoded per second", "allocated", "decoded per second", "allocated"));
        for (String codec : codecs) {
            row(
                    codec,
                    perSecond(figures.score(CODEC, "encode", codec, 0)),
                    bytes(figures.allocated(CODEC, "encode", codec, 0)),
                    perSecond(figures.score(CODEC, "decode", codec, 0)),
                    bytes(figures.allocated(CODEC, "decode", codec, 0)));
        }
        line("");
    }

    private void sizes() throws IOException {
        JsonNode results = Json.read(folder.resolve("sizes.json"));
        if (results.isEmpty()) {
            return;
        }
        line("## Sizes");
        line("");
        line(count(results.get(0).path("entities").asDouble())
                + " entities of eight attributes with a cached natural id: `MEMORY USAGE` of all keys divided by their"
                + " number, and the mean length of an entity's field name and value.");
        line("");
        header("", List.of("compression", "memory", "/ redisson", "key", "value"));
        double peer = StreamSupport.stream(results.spliterator(), false)
                .filter(result -> result.path("provider").asText().equals("redisson"))
                .mapToDouble(result -> result.path("memoryPerEntity").asDouble())
                .findFirst()
                .orElse(Double.NaN);
        for (JsonNode result : results) {
            double memory = result.path("memoryPerEntity").asDouble();
            row(
                    result.path("provider").asText(),
                    result.path("compression").asText(),
                    bytes(memory),
                    ratio(memory / peer),
                    bytes(result.path("keyBytesPerEntry").asDouble()),
                    bytes(result.path("valueBytesPerEntry").asDouble()));
        }
        line("");
    }

    private void hitRates() throws IOException {
        JsonNode results = Json.read(folder.resolve("hit-rates.json"));
        if (results.isEmpty()) {
            return;
        }
        line("## Hit rates with too little memory");
        line("");
        line(
                "Reads by Zipf's law; what is not found is put. Memory in per cent of what all entries take in one segment. In each cell:"
                        + " the rate of hits, that of the worst of 500 parts of the reads, and the longest eviction.");
        for (String policy : texts(results, "policy")) {
            List<String> percents = texts(results, "percent");
            line("");
            header(
                    policy,
                    Stream.concat(Stream.of("all take"), percents.stream().map(percent -> percent + " %"))
                            .toList());
            for (String layout : texts(results, "layout")) {
                List<String> cells = new ArrayList<>(List.of(layout));
                for (JsonNode result : results) {
                    if (result.path("policy").asText().equals(policy)
                            && result.path("layout").asText().equals(layout)) {
                        if (cells.size() == 1) {
                            cells.add(String.format(
                                    Locale.ROOT,
                                    "%.1f MB",
                                    result.path("memoryOfAll").asLong() / 1e6));
                        }
                        cells.add(String.format(
                                Locale.ROOT,
                                "%.1f %% (%.0f %%, %d ms)",
                                100 * result.path("hitRate").asDouble(),
                                100 * result.path("lowest").asDouble(),
                                result.path("longestEvictionMillis").asLong()));
                    }
                }
                row(cells.toArray(String[]::new));
            }
        }
        line("");
    }

    private static List<String> texts(JsonNode results, String field) {
        return StreamSupport.stream(results.spliterator(), false)
                .map(result -> result.path(field).asText())
                .distinct()
                .toList();
    }

    private void warnings() throws IOException {
        Path file = folder.resolve(Warnings.FILE);
        if (Files.exists(file)) {
            line("## Notes");
            line("");
            Files.readAllLines(file).forEach(warning -> line("- " + warning));
            line("");
        }
    }

    private void howToRepeat() {
        line("## How to repeat");
        line("");
        line("```shell");
        line("mvn -q -Pbenchmarks verify");
        line("```");
        line("");
        line("What can be chosen is in the README of the module `benchmarks`.");
    }

    private void header(String first, List<String> others) {
        List<String> cells = new ArrayList<>(List.of(first));
        cells.addAll(others);
        row(cells.toArray(String[]::new));
        line("|---|" + "---:|".repeat(others.size()));
    }

    private void rule(int columns) {
        line("|" + "---|".repeat(columns));
    }

    private void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String ratio(double value) {
        return number(value, value < 0.095 ? 3 : value < 9.95 ? 2 : value < 99.5 ? 1 : 0, "");
    }

    private static String micros(double value) {
        return number(value, value < 9.95 ? 1 : 0, " µs");
    }

    private static String bytes(double value) {
        return number(value, value < 99.5 ? 1 : 0, " B");
    }

    private static String count(double value) {
        return number(value, 0, "");
    }

    private static String perSecond(double perMilli) {
        return number(perMilli * 1_000, 0, "");
    }

    private static String number(double value, int digits, String unit) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%,." + digits + "f", value) + unit;
    }
}
