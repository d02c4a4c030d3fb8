package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** What remains after a session factory is closed: nothing of the provider, and everything of the application. */
class LifecycleIT {

    private RedisServer redis;

    @BeforeEach
    void start() {
        redis = RedisServer.start();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private Application.Builder products(String name) {
        return Application.on(name, Product.class, Review.class).set("hibernate.cache.redis.url", redis.url());
    }

    private static void use(Application node) {
        node.factory().getCache().evictAllRegions();
        node.transact(
                session -> session.createMutationQuery("delete from Product").executeUpdate());
        node.transact(session -> session.persist(new Product(1, "A-1", "first")));
        assertThat(node.isCached(() -> node.find(Product.class, 1L))).isTrue();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getId() + " " + thread.getName())
                .filter(name -> name.contains("redis")) // the threads of Netty and Redisson are named redisson-...
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long connections() {
        try (RedisCommands commands = redis.connect()) {
            return Long.parseLong(commands.info("clients").get("connected_clients"));
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void everyThreadAndConnectionEnds() {
        Set<String> before = threads();
        long connections = connections();
        try (Application node = products("lifecycle").start()) {
            use(node);
            assertThat(threads()).hasSizeGreaterThan(before.size());
            assertThat(connections()).isGreaterThan(connections);
        }
        eventually(() -> before.containsAll(threads()));
        eventually(() -> connections() == connections);
    }

    @Test
    void factoriesOfOneJvmDoNotDisturbEachOther() {
        Set<String> before = threads();
        List<Application> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nodes.add(products("lifecycle-many").start());
        }
        try {
            while (nodes.size() > 1) {
                nodes.forEach(LifecycleIT::use);
                nodes.remove(0).close();
            }
            use(nodes.get(0));
        } finally {
            nodes.forEach(Application::close);
        }
        eventually(() -> before.containsAll(threads()));
    }

    @Test
    void aFactoryWhoseRedisIsAwayEndsAsWell() {
        Set<String> before = threads();
        redis.kill();
        try (Application node = products("lifecycle-away").start()) {
            node.transact(session -> session.persist(new Product(1, "A-1", "first")));
            assertThat(node.find(Product.class, 1L)).isNotNull();
        }
        eventually(() -> before.containsAll(threads()));
    }

    @Test
    void aFactoryWhoseRedisIsSilentEndsAsWell() {
        Set<String> before = threads();
        try (Application node = products("lifecycle-silent")
                .set("hibernate.cache.redis.timeout", "200ms")
                .start()) {
            use(node);
            redis.pause();
            node.transact(session -> session.find(Product.class, 1L).name = "changed");
        } finally {
            redis.resume();
        }
        eventually(() -> before.containsAll(threads()));
    }

    @Test
    void anUnusedFactoryIsClosedAsWell(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("redisson.yaml"), "singleServerConfig:\n  address: \"" + redis.url() + "\"\n");
        Set<String> before = threads();
        products("lifecycle-unused").start().close();
        products("lifecycle-unused")
                .unset("hibernate.cache.redis.url")
                .set("hibernate.cache.redis.config", file.toString())
                .start()
                .close();
        eventually(() -> before.containsAll(threads()));
    }

    /** A client of the application is used by many factories, and keeps nothing of them. */
    @Test
    void aClientOfTheApplicationStays() {
        Config config = new Config();
        config.useSingleServer().setAddress(redis.url());
        RedissonClient client = Redisson.create(config);
        try {
            Set<String> before = threads();
            for (int i = 0; i < 3; i++) {
                try (Application node = Application.on("lifecycle-client", Product.class, Review.class)
                        .unset("hibernate.cache.redis.url")
                        .set("hibernate.cache.redis.client", client)
                        .start()) {
                    use(node);
                }
                assertThat(client.getBucket("still there").isExists()).isFalse();
            }
            eventually(() -> threads().stream().noneMatch(name -> name.contains("hibernate-redis")));
            assertThat(before).isNotEmpty();
        } finally {
            client.shutdown();
        }
    }
}
