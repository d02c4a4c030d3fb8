package io.github.hibernateredis.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The environment of the measurement, without which the figures mean nothing. */
final class Environment {

    /** The artifacts whose versions are reported. */
    private static final List<String> ARTIFACTS = List.of(
            "hibernate-core",
            "hibernate-redis-provider",
            "redisson",
            "redisson-hibernate-7",
            "hibernate-jcache",
            "caffeine",
            "jedis",
            "h2",
            "postgresql",
            "jmh-core");

    private Environment() {}

    static Map<String, Object> describe(Options options) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        all.put("quick", options.quick());
        all.put("rounds", options.rounds());
        all.put("seconds", options.seconds());
        all.put("cores", Runtime.getRuntime().availableProcessors());
        all.put("processor", processor());
        all.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        all.put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        all.put("server", Servers.redisVersion());
        Map<String, Double> pings = new LinkedHashMap<>();
        for (int latency : options.latencies()) {
            pings.put(Integer.toString(latency), Servers.pingMicros(latency));
        }
        all.put("pingMicros", pings);
        all.put("versions", versions());
        return all;
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return "unknown";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    /** From the names of the files on the class path. */
    private static Map<String, String> versions() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.endsWith(".jar") && !name.endsWith("-tests.jar"))
                .map(name -> name.substring(0, name.length() - ".jar".length()))
                .flatMap(name -> ARTIFACTS.stream()
                        .filter(artifact -> name.matches(artifact + "-\\d.*"))
                        .map(artifact -> Map.entry(artifact, name.substring(artifact.length() + 1))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }
}
