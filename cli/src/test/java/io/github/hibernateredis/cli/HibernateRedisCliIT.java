package io.github.hibernateredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.testing.RedisCluster;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the command line against a Redis that an application has filled. */
final class HibernateRedisCliIT {

    @Entity(name = "Item")
    @Cacheable
    static class Item {
        @Id
        Long id;

        String name;
    }

    private static final String REGION = Item.class.getName();
    private static final String PASSWORD = "p@ss word-77";
    private static final RedisServer REDIS =
            RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru");

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private static Outcome run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = HibernateRedisCli.run(new PrintWriter(out), new PrintWriter(err), environment::get, arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    private static Outcome cli(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--url", REDIS.url(), "--prefix", "shop"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private static SessionFactory factory(String url, String segments, String prefix) {
        return new Configuration()
                .addAnnotatedClass(Item.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:cli")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "create-drop")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(RedisSettings.URL, url)
                .setProperty(RedisSettings.KEY_PREFIX, prefix)
                .setProperty(RedisSettings.TIMEOUT, "5s")
                .setProperty(RedisSettings.SEGMENTS, segments)
                .buildSessionFactory();
    }

    private static void fill(SessionFactory factory) {
        for (long id = 1; id <= 3; id++) {
            Item item = new Item();
            item.id = id;
            item.name = "Item " + id;
            factory.inTransaction(session -> session.persist(item));
        }
    }

    @BeforeAll
    static void fill() {
        try (SessionFactory factory = factory(REDIS.url(), "1", "shop")) {
            fill(factory);
        }
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    private static JsonNode json(Outcome outcome) throws Exception {
        assertThat(outcome.code).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(outcome.out);
    }

    @Test
    void showsRegionsKeysAndEntries() throws Exception {
        assertThat(cli("regions").out).startsWith("REGION ").contains(REGION + "         1        3");
        assertThat(json(cli("regions", "--json")).get(0).get("entries").asInt()).isEqualTo(3);
        assertThat(cli("show", REGION).out).contains("region    " + REGION, "entries   3", "jdbc:h2:mem:cli");
        assertThat(json(cli("--json", "show", REGION)).get("segments")).hasSize(1);
        assertThat(cli("keys", REGION).out).isEqualTo("1\n2\n3\n");
        assertThat(json(cli("keys", REGION, "--limit", "2", "--json"))).hasSize(2);
        assertThat(cli("entry", REGION, "2").out).contains("state         live", "Item 2");
        assertThat(json(cli("entry", REGION, "2", "--json")).get("live").asBoolean())
                .isTrue();
    }

    @Test
    void evictsForTheInstances() {
        String[] at = {"--url", REDIS.url(), "--prefix", "evicting"};
        try (SessionFactory factory = factory(REDIS.url(), "1", "evicting")) {
            fill(factory);
            assertThat(run(at[0], at[1], at[2], at[3], "evict", REGION, "1").code)
                    .isZero();
            assertThat(factory.getCache().containsEntity(Item.class, 1L)).isFalse();
            assertThat(factory.getCache().containsEntity(Item.class, 2L)).isTrue();
            assertThat(run(at[0], at[1], at[2], at[3], "entry", REGION, "1").code)
                    .isEqualTo(ExitCode.NOT_FOUND);
            assertThat(run(at[0], at[1], at[2], at[3], "evict", REGION).out)
                    .isEqualTo("Evicted the region " + REGION + "\n");
            assertThat(factory.getCache().containsEntity(Item.class, 2L)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|regions",
                "0|--help",
                "0|--version",
                "0|entry --help",
                "2|''",
                "2|--wrong regions",
                "2|keys",
                "2|keys com.acme.None --limit 0",
                "2|--mode wrong regions",
                "3|show com.acme.None",
                "3|keys com.acme.None",
                "3|entry com.acme.None 1",
                "3|evict com.acme.None",
                "4|--url redis://127.0.0.1:1 regions",
                "4|--url redis://127.0.0.1:1 doctor"
            })
    void endsWithTheDocumentedCode(int code, String arguments) {
        List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
        words.remove("");
        if (!words.contains("--url")) {
            words.addAll(0, List.of("--url", REDIS.url()));
        }
        assertThat(run(words.toArray(String[]::new)).code).isEqualTo(code);
    }

    @Test
    void theDoctorFindsAServerFit() throws Exception {
        Outcome healthy = cli("doctor");
        assertThat(healthy.out).contains("permissions", "eviction", "latency", "Redis ", "volatile-lru");
        assertThat(healthy.code).as(healthy.out).isEqualTo(ExitCode.OK);
        assertThat(json(cli("doctor", "--json"))).hasSizeGreaterThan(6);
    }

    @Test
    void theDoctorFindsWhatIsWrong() throws Exception {
        try (RedisServer full = RedisServer.start("--maxmemory", "50mb", "--maxmemory-policy", "noeviction");
                RedisCommands redis = full.connect()) {
            redis.call("CONFIG", "SET", "slowlog-log-slower-than", "0");
            redis.call("PING");
            redis.call("ACL", "SETUSER", "poor", "on", ">x", "~*", "+@all", "-hmget", "-hlen");
            Outcome outcome = run("--url", "redis://poor:x@127.0.0.1:" + full.port(), "doctor");
            assertThat(outcome.code).isEqualTo(ExitCode.UNHEALTHY);
            assertThat(outcome.out)
                    .contains("user poor may not run hmget", "user poor may not run hlen", "noeviction", "slow log")
                    .contains("What to change:");
        }
    }

    @Test
    void worksOnACluster() throws Exception {
        try (RedisCluster cluster = RedisCluster.start();
                SessionFactory factory = factory(cluster.urls(), "4", "shop")) {
            fill(factory);
            String[] at = {"--url", cluster.urls(), "--prefix", "shop"};
            assertThat(run(at[0], at[1], at[2], at[3], "show", REGION, "--json").out)
                    .contains("\"entries\" : 3");
            assertThat(run(at[0], at[1], at[2], at[3], "entry", REGION, "3").out)
                    .contains("Item 3");
            assertThat(run(at[0], at[1], at[2], at[3], "doctor").out.lines().filter(line -> line.contains("latency")))
                    .hasSize(3);
            assertThat(run(at[0], at[1], at[2], at[3], "evict", REGION, "3").code)
                    .isZero();
            assertThat(factory.getCache().containsEntity(Item.class, 3L)).isFalse();
        }
    }

    /** Whichever way the password is given, and whatever fails. */
    @Test
    void printsNoPassword(@TempDir Path folder) throws Exception {
        try (RedisServer locked = RedisServer.start();
                RedisCommands redis = locked.connect()) {
            redis.call("ACL", "SETUSER", "app", "on", ">" + PASSWORD, "~*", "+@all");
            redis.call("ACL", "SETUSER", "default", "off");
            String server = "127.0.0.1:" + locked.port();
            String inUrl = "redis://app:p%40ss%20word-77@" + server;
            Map<String, String> variable = Map.of(ConnectionOptions.PASSWORD_VARIABLE, PASSWORD);
            Path yaml = folder.resolve("redisson.yaml");
            Files.writeString(yaml, "singleServerConfig: [ password: '" + PASSWORD + "'");
            List<Outcome> right = List.of(
                    run("--url", inUrl, "doctor"),
                    run(variable, "--url", "redis://" + server, "--user", "app", "doctor"),
                    run(Map.of(ConnectionOptions.URL_VARIABLE, inUrl), "doctor"));
            List<Outcome> wrong = List.of(
                    run(variable, "--url", "redis://" + server, "doctor"),
                    run("--url", inUrl.replace("app", "other"), "doctor"),
                    run("--url", inUrl.replace("127", "none.127"), "regions"),
                    run("--url", inUrl + "/x/y", "regions"),
                    run("--ur", inUrl, "regions"),
                    run("--url", inUrl, "regions", inUrl),
                    run("--url", inUrl, "--mode", "sentinel", "regions"),
                    run("--config", yaml.toString(), "regions"));
            assertThat(right).extracting(Outcome::code).containsOnly(ExitCode.OK);
            assertThat(wrong).extracting(Outcome::code).doesNotContain(ExitCode.OK);
            List<Outcome> all = new ArrayList<>(right);
            all.addAll(wrong);
            assertThat(all)
                    .allSatisfy(outcome ->
                            assertThat(outcome.out + outcome.err).doesNotContain("word-77", "p%40ss", PASSWORD));
        }
    }

    /** The jar contains no Hibernate. */
    @Test
    void theJarRunsByItself(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-jar",
                        System.getProperty("cli.jar"),
                        "--url",
                        REDIS.url(),
                        "--prefix",
                        "shop",
                        "keys",
                        REGION)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).isEqualTo("1\n2\n3\n");
        assertThat(process.exitValue()).isZero();
    }
}
