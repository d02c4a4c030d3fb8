package io.github.hibernateredis.integration.near;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.ForkedJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.hibernate.SessionFactory;

/**
 * A JVM with near caches that reads rows and compares them with what had been committed. Obeys: {@code reset} and
 * {@code tell}.
 */
final class NearReader {

    private static final long PAUSE_NANOS = 50_000;

    /**
     * What it has read.
     *
     * @param reads how often
     * @param nearHits how often it asked nobody
     * @param older how many were older than a commit that had returned before they began
     * @param oldest the longest time from such a commit to the read
     */
    record Told(long reads, long nearHits, long older, Duration oldest) {

        private static Told parse(String words) {
            String[] all = words.split(" ");
            return new Told(
                    Long.parseLong(all[0]),
                    Long.parseLong(all[1]),
                    Long.parseLong(all[2]),
                    Duration.ofNanos(Long.parseLong(all[3])));
        }
    }

    private final Board board;
    private final SessionFactory factory;
    private long reads;
    private long nearHitsBefore;
    private long older;
    private long oldest;

    private NearReader(Board board, SessionFactory factory) {
        this.board = board;
        this.factory = factory;
    }

    static Application.Builder application(String name, String database, String redis) {
        return Application.on(name, Counter.class)
                .countNoStatements()
                .unset("jakarta.persistence.jdbc.user")
                .unset("jakarta.persistence.jdbc.password")
                .set("jakarta.persistence.jdbc.url", database)
                .set("hibernate.hbm2ddl.auto", "none")
                .set("hibernate.cache.redis.url", redis);
    }

    static ForkedJvm fork(String name, String database, String redis, Path board, Duration lease) {
        return ForkedJvm.start(
                List.of("-Xmx256m", "-Dorg.jboss.logging.provider=slf4j"),
                NearReader.class,
                name,
                database,
                redis,
                board.toString(),
                Long.toString(lease.toMillis()));
    }

    /** What it has read since it was last asked to forget. */
    static Told ask(ForkedJvm reader) {
        return Told.parse(reader.ask("tell", "TOLD"));
    }

    public static void main(String[] arguments) throws IOException {
        Board board = new Board(Path.of(arguments[3]), NearFaultsIT.ROWS);
        try (Application node = application(arguments[0], arguments[1], arguments[2])
                .set("hibernate.cache.redis.near", "true")
                .set("hibernate.cache.redis.near_lease", arguments[4] + "ms")
                .start()) {
            NearReader reader = new NearReader(board, node.factory());
            Thread thread = new Thread(reader::readOnAndOn, "reader");
            thread.setDaemon(true);
            thread.start();
            reader.obey();
        }
    }

    private void obey() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        System.out.println("READY");
        for (String order = input.readLine(); order != null; order = input.readLine()) {
            synchronized (this) {
                if (order.equals("tell")) {
                    System.out.println(
                            "TOLD " + reads + " " + (nearHits() - nearHitsBefore) + " " + older + " " + oldest);
                }
                reads = 0;
                older = 0;
                oldest = 0;
                nearHitsBefore = nearHits();
            }
        }
    }

    private long nearHits() {
        return CacheStatus.of(factory).counters().total().nearHits();
    }

    private void readOnAndOn() {
        while (true) {
            synchronized (this) {
                readOne(ThreadLocalRandom.current().nextInt(NearFaultsIT.ROWS));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void readOne(int row) {
        long known = board.newest(row);
        long begun = System.nanoTime();
        long value = factory.fromSession(session -> session.find(Counter.class, (long) row).number);
        reads++;
        if (value < known) {
            older++;
            oldest = Math.max(oldest, begun - board.returnedAt(row, value + 1));
        }
    }
}
