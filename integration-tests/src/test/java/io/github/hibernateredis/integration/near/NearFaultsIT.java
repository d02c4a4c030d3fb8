package io.github.hibernateredis.integration.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.Cable;
import io.github.hibernateredis.integration.PostgresServer;
import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two JVMs: one writes 200 rows a second, the other one reads them near, over a cable that delays messages, loses them
 * or is cut, and stands still for a while. What it reads is at most a lease older than what had been committed.
 *
 * <p>{@code -Dnear.seconds=} says how long each fault is measured. The table that is printed is that of {@code
 * docs/near-cache.md}.
 */
class NearFaultsIT {

    static final int ROWS = 100;

    private static final String NAME = "near-faults";
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);
    private static final Duration STOPPED = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MESSAGE = 1024 * 1024;

    @TempDir
    Path folder;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong writes = new AtomicLong();
    private Cable cable;
    private ForkedJvm reader;

    private interface Fault {

        void happen() throws Exception;
    }

    @Test
    void noReadIsOlderThanALease() throws Exception {
        Path file = folder.resolve("board");
        Board board = new Board(file, ROWS);
        String database = PostgresServer.url();
        try (RedisServer redis = RedisServer.start();
                Cable laid = Cable.knowingMessages(redis.port());
                Application writing = NearReader.application(NAME, database, redis.url())
                        .set("hibernate.hbm2ddl.auto", "create-drop")
                        .start()) {
            cable = laid;
            writing.transact(session -> {
                for (long row = 0; row < ROWS; row++) {
                    session.persist(new Counter(row, 0));
                }
            });
            try (ForkedJvm jvm = NearReader.fork(NAME, database, cable.url(), file, LEASE)) {
                reader = jvm;
                reader.await("READY");
                Thread writer = new Thread(() -> write(writing, board), "writer");
                writer.start();
                try {
                    System.out.println(
                            "| messages | reads | near | older than a commit that had returned | the oldest by |");
                    System.out.println("|---|---|---|---|---|");
                    measureAll(redis);
                } finally {
                    over.set(true);
                    writer.join();
                }
            }
        }
    }

    private void measureAll(RedisServer redis) throws Exception {
        measure("on time", () -> pass(measured()));
        measure("50 ms late", () -> {
            cable.delayMessages(Duration.ofMillis(50));
            pass(measured());
            cable.delayMessages(Duration.ZERO);
        });
        measure(
                "1 % lost",
                () -> {
                    cable.loseMessages(0.01);
                    pass(measured());
                    cable.loseMessages(0);
                });
        measure("all lost", () -> {
            cable.loseMessages(1);
            pass(measured());
            cable.loseMessages(0);
        });
        pass(LEASE); // what was found too late belongs to that line
        measure("the JVM stands still for 3 s", () -> {
            reader.pause();
            pass(STOPPED);
            reader.resume();
            pass(measured());
        });
        measure("the connections are cut, for 100 ms of each 500 ms", () -> {
            for (long end = System.nanoTime() + measured().toNanos(); System.nanoTime() - end < 0; ) {
                pass(Duration.ofMillis(400));
                cable.cut();
                pass(Duration.ofMillis(100));
                cable.restore();
            }
        });
        measure("the subscriber is too slow, and Redis disconnects it", () -> disconnectForSlowness(redis));
        pass(LEASE);
        measure("on time again", () -> pass(measured()));
    }

    private static Duration measured() {
        return Duration.ofSeconds(Integer.getInteger("near.seconds", 1));
    }

    private void measure(String what, Fault fault) throws Exception {
        awaitNearHits();
        long writesBefore = writes.get();
        reader.send("reset");
        fault.happen();
        NearReader.Told told = NearReader.ask(reader);
        System.out.printf(
                "| %s | %,d | %.1f %% | %.3f %% | %.1f ms |%n",
                what,
                told.reads(),
                100.0 * told.nearHits() / told.reads(),
                100.0 * told.older() / told.reads(),
                told.oldest().toNanos() / 1e6);
        assertThat(writes.get() - writesBefore).as("writes: %s", what).isPositive();
        assertThat(told.nearHits()).as("near hits: %s", what).isPositive();
        assertThat(told.oldest()).as(what).isLessThanOrEqualTo(LEASE);
    }

    /** After a cut it takes until there is a connection again. */
    private void awaitNearHits() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (NearReader.ask(reader).nearHits() == 0) {
            assertThat(System.nanoTime() - end).as("waiting for near hits").isNegative();
            pass(Duration.ofMillis(100));
        }
    }

    /** Nothing that the subscriber is sent is read until Redis has had enough. */
    private void disconnectForSlowness(RedisServer redis) throws InterruptedException {
        try (RedisCommands commands = redis.connect()) {
            commands.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32kb 0 0");
            String channel = NAME + ":{" + Counter.class.getName() + "}:guards:near";
            awaitSubscribers(commands, channel);
            cable.holdMessages(true);
            byte[] junk = new byte[MESSAGE];
            long subscribers = subscribers(commands, channel);
            assertThat(subscribers).isPositive();
            for (int i = 0; i < 100 && subscribers(commands, channel) == subscribers; i++) {
                commands.call("PUBLISH", channel, junk);
            }
            assertThat(subscribers(commands, channel))
                    .as("subscribers that are left")
                    .isZero();
            pass(measured());
            cable.holdMessages(false);
            commands.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60");
            awaitSubscribers(commands, channel);
        }
    }

    private static void awaitSubscribers(RedisCommands commands, String channel) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (subscribers(commands, channel) == 0) {
            assertThat(System.nanoTime() - end).as("waiting for subscribers").isNegative();
            pass(Duration.ofMillis(50));
        }
    }

    private static long subscribers(RedisCommands commands, String channel) {
        return (Long) commands.list("PUBSUB", "NUMSUB", channel).get(1);
    }

    /** The load is the test; nothing is synchronized by this. */
    private static void pass(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    private void write(Application node, Board board) {
        long next = System.nanoTime();
        while (!over.get()) {
            int row = ThreadLocalRandom.current().nextInt(ROWS);
            long value = node.inTransaction(session -> ++session.find(Counter.class, (long) row).number);
            board.committed(row, value, System.nanoTime());
            writes.incrementAndGet();
            next += BETWEEN_WRITES.toNanos();
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                next = System.nanoTime();
            }
        }
    }
}
