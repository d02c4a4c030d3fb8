package io.github.hibernateredis.integration.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.hibernate.stat.CacheRegionStatistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis has far too little memory for all entries: there are fewer hits, and nothing else changes. */
class LittleMemoryIT {

    private static final int PARCELS = 600;
    private static final int STEPS = 1200;
    private static final int THREADS = 4;

    /** For the short-lived buffers of connections, and for invalidations on a server that evicts nothing. */
    private static final long MARGIN = 1_000_000;

    @Entity(name = "Parcel")
    @Cacheable
    static class Parcel {
        @Id
        Long id;

        int number;

        @Column(length = 20_000)
        String content;

        Parcel() {}

        Parcel(long id) {
            this.id = id;
            this.content = "x".repeat(10_000) + id;
        }
    }

    static Stream<Arguments> servers() {
        return Stream.of("volatile-lru", "allkeys-lru", "noeviction")
                .flatMap(policy -> Stream.of(1, 16).map(segments -> Arguments.of(policy, segments)));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void hitsBecomeFewerAndNothingIsStale(String policy, int segments) throws Exception {
        try (RedisServer server = RedisServer.start("--maxmemory-policy", policy);
                RedisCommands redis = server.connect()) {
            Application.Builder builder = Application.on("little-memory-" + policy + segments, Parcel.class)
                    .set("hibernate.cache.redis.url", server.url())
                    .set("hibernate.cache.redis.segments", Integer.toString(segments));
            try (Application one = builder.start();
                    Application two = builder.start()) {
                one.transact(session -> {
                    for (long id = 0; id < PARCELS; id++) {
                        session.persist(new Parcel(id));
                    }
                });
                AtomicIntegerArray committed = new AtomicIntegerArray(PARCELS);
                double plenty = use(one, two, committed);
                assertThat(plenty).isGreaterThan(0.6);

                long items = redis.keys("*:data").stream()
                        .mapToLong(key -> redis.number("MEMORY", "USAGE", key))
                        .sum();
                long limit = used(redis) - items / 2;
                redis.call("CONFIG", "SET", "maxmemory", limit);
                double little = use(one, two, committed);
                assertThat(little).isLessThan(plenty - 0.1);
                assertThat(used(redis)).isLessThan(limit + MARGIN);
                boolean evicts = !policy.equals("noeviction");
                assertThat(Long.parseLong(redis.info("stats").get("evicted_keys")) > 0)
                        .isEqualTo(evicts);
                if (evicts) {
                    assertThat(little).isGreaterThan(0.1);
                }
                if (policy.equals("volatile-lru")) {
                    assertThat(redis.keys("*:guards")).hasSizeGreaterThanOrEqualTo(segments);
                }

                redis.call("CONFIG", "SET", "maxmemory", 0);
                assertAllIsCachedAgain(one, committed);
            }
        }
    }

    private static long used(RedisCommands redis) {
        return Long.parseLong(redis.info("memory").get("used_memory"));
    }

    /**
     * Reads by both instances, and some writes.
     *
     * @param committed the last committed values; one thread writes each of them
     * @return the hit rate
     */
    private static double use(Application one, Application two, AtomicIntegerArray committed) throws Exception {
        one.factory().getStatistics().clear();
        two.factory().getStatistics().clear();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                running.add(pool.submit(() -> use(number, number % 2 == 0 ? one : two, committed)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        long hits = 0;
        long misses = 0;
        for (Application node : List.of(one, two)) {
            CacheRegionStatistics region = node.region(Parcel.class.getName());
            hits += region.getHitCount();
            misses += region.getMissCount();
        }
        return (double) hits / (hits + misses);
    }

    private static void use(int thread, Application node, AtomicIntegerArray committed) {
        SplittableRandom random = new SplittableRandom(thread);
        for (int step = 0; step < STEPS; step++) {
            int id = random.nextInt(PARCELS);
            if (step % 10 == 0) {
                int mine = id / THREADS * THREADS + thread;
                int next = committed.get(mine) + 1;
                node.transact(session -> session.find(Parcel.class, (long) mine).number = next);
                committed.set(mine, next);
            } else {
                int least = committed.get(id);
                Parcel parcel = node.find(Parcel.class, (long) id);
                assertThat(parcel.number).isGreaterThanOrEqualTo(least);
                assertThat(parcel.content).endsWith("x" + id);
            }
        }
    }

    private static void assertAllIsCachedAgain(Application node, AtomicIntegerArray committed) {
        Map<Long, Integer> left = new HashMap<>();
        for (int id = 0; id < PARCELS; id++) {
            left.put((long) id, committed.get(id));
        }
        long begin = System.nanoTime();
        while (!left.isEmpty()) {
            left.entrySet()
                    .removeIf(entry -> node.isCached(() -> assertThat(node.find(Parcel.class, entry.getKey()).number)
                            .isEqualTo(entry.getValue())));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
        }
    }
}
