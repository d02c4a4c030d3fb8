package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.testing.Leash;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Redis and PostgreSQL, each also behind a {@link DelayingProxy} for every latency. They run in the JVM that
 * {@linkplain Benchmarks runs everything}. The measuring JVMs find them by the system properties of
 * {@link #properties()}, so that neither servers nor proxies take time of the measured JVM.
 */
final class Servers implements Closeable {

    private static final String REDIS = "benchmarks.redis.";
    private static final String POSTGRES = "benchmarks.postgres.";
    private static final int PINGS = 200;

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<Closeable> opened = new ArrayList<>();

    /** Starts the servers, and publishes their addresses to this JVM. Latencies are in milliseconds per round trip. */
    static Servers start(List<Integer> latencies, boolean postgres) throws IOException {
        Servers servers = new Servers();
        RedisServer redis = RedisServer.start();
        servers.opened.add(redis::close);
        EmbeddedPostgres database = postgres ? servers.startPostgres() : null;
        servers.publish(0, redis.port(), database == null ? null : database.getPort());
        for (int latency : latencies) {
            if (latency > 0) {
                servers.publish(
                        latency,
                        servers.proxy(redis.port(), latency),
                        database == null ? null : servers.proxy(database.getPort(), latency));
            }
        }
        servers.properties.forEach(System::setProperty);
        return servers;
    }

    private EmbeddedPostgres startPostgres() throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "postgres")), "data-");
        EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setDataDirectory(folder.toAbsolutePath())
                .setServerConfig("fsync", "off")
                .start();
        opened.add(database);
        String pid = Files.readAllLines(folder.resolve("postmaster.pid")).get(0).strip();
        Leash.tie(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
        return database;
    }

    private int proxy(int port, int latency) throws IOException {
        DelayingProxy proxy = DelayingProxy.start(port, latency);
        opened.add(proxy);
        return proxy.port();
    }

    private void publish(int latency, int redisPort, @Nullable Integer postgresPort) {
        properties.put(REDIS + latency, "redis://127.0.0.1:" + redisPort);
        if (postgresPort != null) {
            properties.put(
                    POSTGRES + latency, "jdbc:postgresql://127.0.0.1:" + postgresPort + "/postgres?user=postgres");
        }
    }

    /** The system properties with which another JVM finds the servers. */
    Map<String, String> properties() {
        return properties;
    }

    static String redisUrl(int latency) {
        return required(REDIS + latency);
    }

    static String postgresUrl(int latency) {
        return required(POSTGRES + latency);
    }

    private static String required(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException("No server was started for " + property);
        }
        return value;
    }

    /** Whether the server can expire the fields of a hash, as Redis can from 7.4 on. */
    static boolean expiresFields() {
        try (RedisCommands redis = RedisCommands.connect(redisUrl(0))) {
            return redis.list("COMMAND", "INFO", "HPEXPIRE").get(0) != null;
        }
    }

    /** The name and version that the server reports. */
    static String redisVersion() {
        try (RedisCommands redis = RedisCommands.connect(redisUrl(0))) {
            Map<String, String> info = redis.info("server");
            String valkey = info.get("valkey_version");
            return valkey == null ? "Redis " + info.get("redis_version") : "Valkey " + valkey;
        }
    }

    /** The median time of a PING over a plain socket, in microseconds. */
    static double pingMicros(int latency) {
        try (RedisCommands redis = RedisCommands.connect(redisUrl(latency))) {
            double[] times = new double[PINGS];
            for (int i = 0; i < PINGS; i++) {
                long start = System.nanoTime();
                redis.ping();
                times[i] = (System.nanoTime() - start) / 1e3;
            }
            return Statistics.median(times);
        }
    }

    @Override
    public void close() throws IOException {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }
}
