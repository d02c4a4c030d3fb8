package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.testing.SharedRedis;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** The client of {@link SharedRedis} that the tests of a JVM share; it ends with the JVM. */
final class RedissonOfTests {

    private static final RedissonClient CLIENT = connect(SharedRedis.url(), 8);

    private RedissonOfTests() {}

    /** Connects a separate client, without retries, like the provider's. */
    static RedissonClient connect(String url, int connections) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(url)
                .setRetryAttempts(0)
                .setConnectionPoolSize(connections)
                .setConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    static RedisClient client() {
        return new RedisClient(CLIENT, false);
    }

    /** The client, treated as if it sent reads to replicas. */
    static RedisClient replicaReader() {
        return new RedisClient(CLIENT, true);
    }
}
