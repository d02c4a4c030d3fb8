package io.github.hibernateredis.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Starts the servers, runs the benchmarks that {@link Options} selects, and writes the results as JSON and as a report.
 *
 * <p>Everything is measured in each round, and a figure is the median of its rounds. So a temporary load of the machine
 * affects all candidates, and not only the one that is being measured.
 */
public final class Benchmarks {

    private static final List<Class<?>> NO_DATABASE = List.of(RawBenchmark.class, CodecBenchmark.class);

    private final Options options;
    private final Servers servers;
    private final List<Provider> providers;

    private Benchmarks(Options options, Servers servers, List<Provider> providers) {
        this.options = options;
        this.servers = servers;
        this.providers = providers;
    }

    /** Runs the benchmarks. Reads its options from system properties, which the README lists. */
    public static void main(String[] arguments) throws Exception {
        Options options = Options.read();
        System.setProperty(Options.RESULTS, options.results().toString());
        empty(options.results());
        try (Servers servers =
                Servers.start(options.latencies(), options.providers().contains(Provider.NONE_POSTGRESQL))) {
            List<Provider> providers = new ArrayList<>(options.providers());
            if (providers.contains(Provider.REDISSON_NATIVE) && !Servers.expiresFields()) {
                providers.remove(Provider.REDISSON_NATIVE);
                Warnings.add("redisson-native is left out: it needs Redis 7.4 or newer, and this is "
                        + Servers.redisVersion() + "; name another one by -Dredis.server=");
            }
            new Benchmarks(options, servers, providers).run();
        }
        System.exit(0); // even if a candidate has left threads behind
    }

    private static void empty(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void run() throws Exception {
        Json.write(options.results().resolve("environment.json"), Environment.describe(options));
        for (int round = 1; round <= options.rounds(); round++) {
            for (Class<?> type : NO_DATABASE) {
                measure(type, round, type == RawBenchmark.class ? options.latencies() : List.of(), List.of());
            }
            for (int latency : options.latencies()) {
                List<Provider> some = providers.stream()
                        .filter(provider -> latency == 0 || provider.networked())
                        .toList();
                if (!some.isEmpty()) {
                    measure(OrmBenchmark.class, round, List.of(latency), some);
                }
            }
        }
        List<Provider> onRedis = providers.stream().filter(Provider::onRedis).toList();
        if (options.wants("EvictRegion")) {
            Json.write(options.results().resolve("evict.json"), EvictRegion.measure(onRedis, options));
        }
        if (options.wants("Sizes")) {
            Json.write(options.results().resolve("sizes.json"), Sizes.measure(onRedis, options));
        }
        if (options.wants("HitRates")) {
            Json.write(options.results().resolve("hit-rates.json"), HitRates.measure(options));
        }
        // The report is the output of the command.
        System.out.println(Report.write(options.results()));
    }

    private void measure(Class<?> type, int round, List<Integer> latencies, Collection<Provider> some)
            throws RunnerException {
        List<String> methods = Stream.of(type.getMethods())
                .filter(method -> method.isAnnotationPresent(org.openjdk.jmh.annotations.Benchmark.class))
                .map(method -> type.getSimpleName() + "." + method.getName())
                .filter(options::wants)
                .toList();
        String name = type.getSimpleName() + (latencies.isEmpty() ? "" : "-" + latencies) + "-" + round + ".json";
        Map<Boolean, List<String>> updates =
                methods.stream().collect(Collectors.partitioningBy(method -> method.contains("update")));
        measure(updates.get(false), Options.WARM_UPS, name, latencies, some);
        measure(updates.get(true), Options.WARM_UPS_OF_UPDATES, "updates-" + name, latencies, some);
    }

    private void measure(
            List<String> methods, int warmUps, String name, List<Integer> latencies, Collection<Provider> some)
            throws RunnerException {
        if (methods.isEmpty()) {
            return;
        }
        TimeValue time = TimeValue.milliseconds((long) (options.seconds() * TimeUnit.SECONDS.toMillis(1)));
        ChainedOptionsBuilder jmh = new OptionsBuilder()
                .warmupIterations(options.quick() ? 1 : warmUps)
                .warmupTime(time)
                .measurementIterations(options.quick() ? 1 : Options.MEASUREMENTS)
                .measurementTime(time)
                .forks(options.quick() ? 0 : 1)
                .shouldFailOnError(false)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(jvmArguments())
                .resultFormat(ResultFormatType.JSON)
                .result(options.results().resolve("jmh-" + name).toString());
        methods.forEach(method -> jmh.include("\\." + method.replace(".", "\\.") + "$"));
        if (!latencies.isEmpty()) {
            jmh.param("latency", latencies.stream().map(String::valueOf).toArray(String[]::new));
        }
        if (!some.isEmpty()) {
            jmh.param("provider", some.stream().map(Provider::label).toArray(String[]::new));
        }
        new Runner(jmh.build()).run();
    }

    private String[] jvmArguments() {
        List<String> arguments = new ArrayList<>(
                List.of("-Xms1g", "-Xmx1g", "-Dorg.jboss.logging.provider=slf4j", property(Options.RESULTS)));
        servers.properties().forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        return arguments.toArray(String[]::new);
    }

    private static String property(String name) {
        return "-D" + name + "=" + System.getProperty(name);
    }
}
