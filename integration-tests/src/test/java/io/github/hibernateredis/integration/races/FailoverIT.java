package io.github.hibernateredis.integration.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.SplitCounter;
import io.github.hibernateredis.integration.model.VersionedSplitCounter;
import io.github.hibernateredis.testing.RedisCluster;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisReplication;
import io.github.hibernateredis.testing.RedisSentinels;
import io.github.hibernateredis.testing.RedisServer;
import io.github.hibernateredis.testing.Topology;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A master is lost, or a slot moves, while two instances read and write. */
class FailoverIT {

    /** Counted from the moment when every slot has a master again. */
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final Duration AT_LAST = Duration.ofSeconds(60);

    /** With this number of rows, every master has a segment with some of them. */
    private static final int OTHERS = 12;

    private static Library open(String name, Map<String, String> servers) {
        return Library.open(name, settings(servers));
    }

    private static String[] settings(Map<String, String> servers) {
        List<String> settings = new ArrayList<>();
        servers.forEach((key, value) -> settings.addAll(List.of(key, value)));
        settings.addAll(List.of("hibernate.cache.redis.timeout", "250ms"));
        // Requests to the former master and to the new one may arrive in another order: a lock after its unlock.
        settings.addAll(List.of("hibernate.cache.redis.lock_timeout", "1s"));
        // A write that others cannot learn of is not committed, so no hit may be outdated at any moment.
        settings.addAll(List.of("hibernate.cache.redis.outage_policy", "consistent"));
        return settings.toArray(String[]::new);
    }

    private enum Loss {
        KILLED,
        HUNG;

        void strike(RedisServer server) {
            if (this == KILLED) {
                server.kill();
            } else {
                server.pause();
            }
        }

        /** A server that hung soon finds out that it is no longer the master. */
        void end(RedisServer server) {
            if (this == HUNG) {
                server.resume();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMasterIsLostThatSentinelsWatch(Loss loss) {
        try (RedisSentinels redis = RedisSentinels.start();
                Library library = open("failover-sentinel-" + loss, Topology.settings(redis));
                Load load = new Load(library)) {
            RedisServer master = redis.servers().master();
            loss.strike(master);
            redis.awaitMasterOtherThan(master);
            load.assertCachedSoon();
            loss.end(master);
            load.assertNothingWasWrong();
        }
    }

    @Test
    void aMasterIsLostWhereThereAreNearCaches() {
        try (RedisSentinels redis = RedisSentinels.start();
                Library library = Library.openNear("failover-near", settings(Topology.settings(redis)));
                Load load = new Load(library)) {
            RedisServer master = redis.servers().master();
            master.kill();
            redis.awaitMasterOtherThan(master);
            load.assertCachedSoon();
            load.assertNothingWasWrong();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMasterOfAClusterIsLost(Loss loss) {
        try (RedisCluster redis = RedisCluster.start();
                Library library = open("failover-cluster-" + loss, Topology.settings(redis));
                Load load = new Load(library)) {
            RedisServer master = redis.masterOf(aKeyOf(redis, SplitCounter.class));
            loss.strike(master);
            redis.awaitSuccessorOf(master);
            load.assertCachedSoon();
            loss.end(master);
            redis.awaitHealth();
            load.assertNothingWasWrong();
        }
    }

    @Test
    void aMasterIsReplacedManually() {
        try (RedisReplication redis = RedisReplication.start();
                Library library = open("failover-replicated", Topology.settings(redis));
                Load load = new Load(library)) {
            redis.failOver();
            load.assertCachedSoon();
            load.assertNothingWasWrong();
        }
    }

    @Test
    void aSlotMoves() {
        try (RedisCluster redis = RedisCluster.start();
                Library library = open("failover-slot", Topology.settings(redis));
                Load load = new Load(library)) {
            redis.moveSlotOf(aKeyOf(redis, SplitCounter.class), load::readAndWriteMore);
            load.assertCachedSoon();
            load.assertNothingWasWrong();
        }
    }

    /** The metadata of a segment with writes. */
    private static String aKeyOf(RedisCluster cluster, Class<?> entity) {
        for (RedisServer master : cluster.masters()) {
            try (RedisCommands redis = master.connect()) {
                for (String guards : redis.keys("*" + entity.getName() + "#*:guards")) {
                    if (redis.list("HKEYS", guards).stream()
                            .anyMatch(field -> String.valueOf(field).startsWith("f"))) {
                        return guards;
                    }
                }
            }
        }
        throw new AssertionError("Nothing of " + entity + " has been written");
    }

    /** Both instances read both rows of a table, and each of them writes one, until this is closed. */
    private static final class Load implements AutoCloseable {

        private final Library library;
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicLongArray committed = new AtomicLongArray(2);
        private final AtomicLong reads = new AtomicLong();
        private final AtomicLong writes = new AtomicLong();
        private final Queue<String> problems = new ConcurrentLinkedQueue<>();
        private volatile boolean over;

        Load(Library library) {
            this.library = library;
            prepare();
            repeat("writer 1", number -> write(library.one, 0, number));
            repeat("writer 2", number -> write(library.two, 1, number));
            repeat("reader 1", number -> read(library.one));
            repeat("reader 2", number -> read(library.two));
            readAndWriteMore(AT_LAST);
        }

        /** Repeats until it works: on a busy machine a timeout may pass without a failure. */
        private void prepare() {
            long begin = System.nanoTime();
            while (true) {
                try {
                    library.reset();
                    library.sql("delete from SplitCounter", "delete from VersionedSplitCounter");
                    library.one.transact(session -> {
                        session.persist(new SplitCounter(1, 0));
                        session.persist(new SplitCounter(2, 0));
                        for (long id = 1; id <= OTHERS; id++) {
                            session.persist(new VersionedSplitCounter(id, 0));
                        }
                    });
                    return;
                } catch (RuntimeException e) {
                    if (System.nanoTime() - begin > AT_LAST.toNanos()) {
                        throw e;
                    }
                }
            }
        }

        private void repeat(String name, Consumer<Long> action) {
            Thread thread = new Thread(
                    () -> {
                        for (long number = 1; !over; number++) {
                            action.accept(number);
                            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
                        }
                    },
                    name);
            thread.start();
            threads.add(thread);
        }

        private void write(Application node, int row, long number) {
            try {
                node.transact(session -> session.find(SplitCounter.class, row + 1L).left = number);
                committed.set(row, number);
                writes.incrementAndGet();
            } catch (RuntimeException e) {
                if (!String.valueOf(e.getMessage()).contains("outage_policy is consistent")
                        && !String.valueOf(e.getCause()).contains("outage_policy is consistent")) {
                    problems.add("A write failed by " + e);
                }
            }
        }

        private void read(Application node) {
            for (int row = 0; row < 2; row++) {
                long id = row + 1L;
                check(row, "entity", () -> node.find(SplitCounter.class, id).left);
                check(
                        row,
                        "query",
                        () -> node.inTransaction(session -> session.createQuery(
                                        "select c.left from SplitCounter c where c.id = :id", Long.class)
                                .setParameter("id", id)
                                .setCacheable(true)
                                .getSingleResult()));
                reads.incrementAndGet();
            }
        }

        private interface Reading {

            long read();
        }

        private void check(int row, String what, Reading reading) {
            long before = committed.get(row);
            try {
                long seen = reading.read();
                if (seen < before && library.hasNearCaches()) {
                    Thread.sleep(Library.NEAR_LEASE.toMillis()); // by then it has to know
                    seen = reading.read();
                }
                if (seen < before) {
                    problems.add("An " + what + " of row " + row + " showed " + seen + " after " + before);
                }
            } catch (RuntimeException | InterruptedException e) {
                problems.add("A read failed by " + e);
            }
        }

        /** Waits until there have been some more reads and writes, or none succeed for a while. */
        void readAndWriteMore() {
            readAndWriteMore(Duration.ofSeconds(2));
        }

        private void readAndWriteMore(Duration longest) {
            long begin = System.nanoTime();
            long enoughReads = reads.get() + 20;
            long enoughWrites = writes.get() + 10;
            while ((reads.get() < enoughReads || writes.get() < enoughWrites)
                    && System.nanoTime() - begin < longest.toNanos()) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        }

        /** May take longer on an overloaded machine. */
        void assertCachedSoon() {
            long begin = System.nanoTime();
            for (Application node : List.of(library.one, library.two)) {
                for (long id = 1; id <= OTHERS; id++) {
                    while (!isHit(node, id)) {
                        assertThat(System.nanoTime() - begin).isLessThan(AT_LAST.toNanos());
                        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                    }
                }
            }
            long took = System.nanoTime() - begin;
            OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
            double busy = Math.max(1, machine.getSystemLoadAverage() / machine.getAvailableProcessors());
            System.out.println("CACHED AFTER " + took / 1000000 + " busy " + busy);
            assertThat(took / busy).isLessThan(SOON.toNanos());
        }

        /** No other thread reads these rows. */
        private static boolean isHit(Application node, long id) {
            String region = VersionedSplitCounter.class.getName();
            long before = node.region(region).getHitCount();
            node.find(VersionedSplitCounter.class, id);
            return node.region(region).getHitCount() > before;
        }

        void assertNothingWasWrong() {
            long before = writes.get();
            readAndWriteMore(AT_LAST);
            end();
            assertThat(problems).isEmpty();
            assertThat(writes).as("writes go on").hasValueGreaterThan(before);
            for (int row = 0; row < 2; row++) {
                long id = row + 1L;
                for (Application node : List.of(library.one, library.two)) {
                    library.assertSees(node, each -> each.find(SplitCounter.class, id).left, committed.get(row));
                }
            }
            library.sql("delete from SplitCounter where id = 2");
            library.assertNothingStale();
            library.assertCached();
        }

        private void end() {
            over = true;
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void close() {
            end();
        }
    }
}
