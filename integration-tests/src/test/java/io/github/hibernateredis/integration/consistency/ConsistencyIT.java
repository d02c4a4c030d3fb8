package io.github.hibernateredis.integration.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.PostgresServer;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Nothing that several JVMs read through the cache is older than what had been committed, uncommitted, or, once all is
 * quiet, different from the database.
 *
 * <p>{@code -Dconsistency.seconds=} sets the length of each run, {@code -Dconsistency.seed=} repeats the choices of one
 * (not its timing), {@code -Dconsistency.jvms=} and {@code -Dconsistency.threads=} its size. The journals of a run that
 * fails stay below {@code target/consistency}.
 */
class ConsistencyIT {

    private static final int JVMS = Integer.getInteger("consistency.jvms", 2);
    private static final int THREADS = Integer.getInteger("consistency.threads", 3);

    /** On a busy machine a run goes on until so much has been done. */
    private static final int LEAST_TRANSACTIONS = 300;

    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void readCommitted() throws Exception {
        assertConsistent(new Run("committed", Connection.TRANSACTION_READ_COMMITTED, seconds(10), Faults.NONE, true));
    }

    @Test
    void repeatableRead() throws Exception {
        assertConsistent(new Run("repeatable", Connection.TRANSACTION_REPEATABLE_READ, seconds(5), Faults.NONE, true));
    }

    @Test
    void whileRedisLosesKeys() throws Exception {
        assertConsistent(new Run("loss", Connection.TRANSACTION_READ_COMMITTED, seconds(5), Faults.LOSS, true));
    }

    @Test
    void whileNodesAreKilled() throws Exception {
        assertConsistent(new Run("kill", Connection.TRANSACTION_READ_COMMITTED, seconds(5), Faults.KILL, true));
    }

    /** The test itself: nodes that do not share their cache must be found out. */
    @Test
    void nodesThatDoNotHearOfEachOtherAreFoundOut() throws Exception {
        Outcome outcome = run(new Run("deaf", Connection.TRANSACTION_READ_COMMITTED, 3, Faults.NONE, false));
        assertThat(outcome.violations).isNotEmpty();
        outcome.forget();
    }

    private static int seconds(int usually) {
        return Integer.getInteger("consistency.seconds", usually);
    }

    private enum Faults {
        NONE,
        LOSS,
        KILL
    }

    private record Run(String name, int isolation, int seconds, Faults faults, boolean shared) {}

    private static void assertConsistent(Run run) throws Exception {
        Outcome outcome = run(run);
        assertThat(outcome.violations).as("%s", outcome).isEmpty();
        assertThat(outcome.atRest).as("%s", outcome).isEmpty();
        assertThat(outcome.hits).as("hits of %s", outcome).isGreaterThan(outcome.transactions / 4);
        if (run.faults == Faults.NONE) { // both a loss and what a dead node has announced keep results out for a while
            assertThat(outcome.queryHits).as("hits of queries of %s", outcome).isPositive();
        }
        assertThat(outcome.naturalIdHits)
                .as("hits of natural ids of %s", outcome)
                .isPositive();
        outcome.forget();
    }

    private static final class Outcome {

        final Path folder;
        final long seed;
        final List<String> violations = new ArrayList<>();
        final List<String> atRest = new ArrayList<>();
        final Map<String, Integer> failures = new TreeMap<>();
        int reads;
        long transactions;
        long hits;
        long misses;
        long queryHits;
        long naturalIdHits;

        Outcome(Path folder, long seed) {
            this.folder = folder;
            this.seed = seed;
        }

        void add(String report) {
            String[] words = report.split(" ", 8);
            transactions += Long.parseLong(words[0]);
            hits += Long.parseLong(words[1]);
            misses += Long.parseLong(words[2]);
            queryHits += Long.parseLong(words[3]);
            naturalIdHits += Long.parseLong(words[5]);
            failures.put(words[7], 1);
        }

        void forget() throws IOException {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        @Override
        public String toString() {
            return "seed " + seed + ", journals in " + folder + ": " + transactions + " transactions, " + reads
                    + " reads, " + hits + " hits, " + misses + " misses, " + queryHits + " hits of queries, "
                    + naturalIdHits + " of natural ids; exceptions " + failures.keySet();
        }
    }

    private static Outcome run(Run run) throws Exception {
        long seed = Long.getLong("consistency.seed", System.nanoTime());
        Path folder =
                Files.createTempDirectory(Files.createDirectories(Path.of("target", "consistency")), run.name + "-");
        Outcome outcome = new Outcome(folder, seed);
        String database = PostgresServer.url();
        String prefix = "consistency-" + run.name;
        try (Application observer = ConsistencyWorker.application(database, redis.url(), prefix, run.isolation)
                .set(AvailableSettings.HBM2DDL_AUTO, "create-drop")
                .start()) {
            Database audit = new Database(database);
            audit.watch();
            observer.factory().inTransaction(session -> {
                session.doWork(connection -> Database.name(connection, "fill"));
                Workload.fill(session);
            });
            long filled = System.nanoTime();
            torture(run, database, prefix, seed, outcome);
            History history = new History();
            history.committed("fill", new History.Commit(filled - 1, filled));
            audit.tell(history);
            try (Stream<Path> journals = Files.list(folder)) {
                journals.forEach(journal -> Journal.tell(journal, history));
            }
            outcome.reads = history.reads();
            outcome.violations.addAll(history.violations());
            if (run.shared) {
                compareAtRest(observer.factory(), audit.current(), outcome);
            }
        }
        System.out.println(run.name + ": " + outcome);
        outcome.violations.stream().limit(20).forEach(System.out::println);
        return outcome;
    }

    private static void torture(Run run, String database, String prefix, long seed, Outcome outcome) throws Exception {
        List<ForkedJvm> jvms = new ArrayList<>();
        int thread = 0;
        try {
            for (int i = 0; i < JVMS; i++) {
                jvms.add(fork(run, database, prefix, seed, thread, outcome.folder, i));
                thread += THREADS;
            }
            for (ForkedJvm jvm : jvms) {
                jvm.await("READY");
                jvm.send("go");
            }
            Random random = new Random(seed);
            long end = System.nanoTime() + Duration.ofSeconds(run.seconds).toNanos();
            while (System.nanoTime() - end < 0 || transactions(jvms) < LEAST_TRANSACTIONS) {
                Thread.sleep(100 + random.nextInt(400)); // the load is the test; nothing is synchronized by this
                if (run.faults == Faults.LOSS) {
                    lose(random, prefix);
                } else if (run.faults == Faults.KILL && random.nextInt(4) == 0) {
                    jvms.get(0).kill();
                    jvms.remove(0);
                    ForkedJvm next = fork(run, database, prefix, seed, thread, outcome.folder, 0);
                    thread += THREADS;
                    next.await("READY");
                    next.send("go");
                    jvms.add(next);
                }
            }
            jvms.forEach(jvm -> jvm.send("stop"));
            for (ForkedJvm jvm : jvms) {
                outcome.add(jvm.await("DONE"));
            }
        } finally {
            jvms.forEach(ForkedJvm::close);
        }
    }

    private static int transactions(List<ForkedJvm> jvms) {
        return jvms.stream()
                .mapToInt(jvm -> Integer.parseInt(jvm.ask("count", "COUNT")))
                .sum();
    }

    private static ForkedJvm fork(
            Run run, String database, String prefix, long seed, int thread, Path folder, int number) {
        return ForkedJvm.start(
                List.of("-Xmx256m", "-Dorg.jboss.logging.provider=slf4j"),
                ConsistencyWorker.class,
                database,
                redis.url(),
                run.shared ? prefix : prefix + "-" + number,
                Integer.toString(run.isolation),
                Long.toString(seed),
                Integer.toString(thread),
                Integer.toString(THREADS),
                folder.toString());
    }

    private static void lose(Random random, String prefix) {
        try (RedisCommands commands = redis.connect()) {
            List<String> keys = List.copyOf(commands.keys(prefix + ":*"));
            if (random.nextInt(6) == 0) {
                commands.flushAll();
            } else if (!keys.isEmpty()) {
                commands.call("DEL", keys.get(random.nextInt(keys.size())));
            }
        }
    }

    /** Twice: what the first pass stores must be right as well. */
    private static void compareAtRest(SessionFactory node, Map<String, String> database, Outcome outcome) {
        for (int pass = 1; pass <= 2; pass++) {
            compare("entities", Workload.valuesAtRest(node), database, "", outcome);
            compare("collections", Workload.ownersByCollection(node), database, "owner:", outcome);
            compare("queries", Workload.ownersByQuery(node), database, "owner:", outcome);
            compare("natural ids", Workload.codesByLookup(node), database, "code:", outcome);
        }
    }

    private static void compare(
            String what, Map<String, String> cached, Map<String, String> database, String prefix, Outcome outcome) {
        Map<String, String> expected = new TreeMap<>();
        database.forEach((register, value) -> {
            if (register.startsWith(prefix)) {
                expected.put(register, value);
            }
        });
        expected.forEach((register, value) -> {
            if (!value.equals(cached.get(register))) {
                outcome.atRest.add(
                        what + ": " + register + " is " + value + ", the cache says " + cached.get(register));
            }
        });
        cached.forEach((register, value) -> {
            if (!expected.containsKey(register)) {
                outcome.atRest.add(what + ": there is no " + register + ", the cache says " + value);
            }
        });
    }
}
