package io.github.hibernateredis.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Groups of several servers, which the tests of a JVM share: each starts at its first use and ends with the JVM. A test
 * that kills a server starts its own group. Thread safe.
 */
public enum Topology {
    CLUSTER(() -> of(RedisCluster.start())),
    SENTINEL(() -> of(RedisSentinels.start())),
    REPLICATED(() -> of(RedisReplication.start()));

    private final Supplier<Running> starter;
    private final Map<RedisServer, RedisCommands> connections = new HashMap<>();
    private Running running;

    Topology(Supplier<Running> starter) {
        this.starter = starter;
    }

    /** The settings of an application that uses it. */
    public Map<String, String> settings() {
        return running().settings;
    }

    /** A shared connection to the master that serves the key; callers must not close it. */
    public synchronized RedisCommands master(String key) {
        return connections.computeIfAbsent(running().serving.apply(key), RedisServer::connect);
    }

    /** The servers that must be used. */
    public List<RedisServer> masters() {
        return running().masters.get();
    }

    /** The servers that must not be read from. */
    public List<RedisServer> replicas() {
        return running().replicas.get();
    }

    /** The settings of an application that uses these servers. */
    public static Map<String, String> settings(RedisCluster cluster) {
        return Map.of("hibernate.cache.redis.url", cluster.urls(), "hibernate.cache.redis.mode", "cluster");
    }

    /** The settings of an application that uses these servers. */
    public static Map<String, String> settings(RedisSentinels sentinels) {
        return Map.of(
                "hibernate.cache.redis.url",
                sentinels.urls(),
                "hibernate.cache.redis.mode",
                "sentinel",
                "hibernate.cache.redis.sentinel_master",
                RedisSentinels.MASTER);
    }

    /** The settings of an application that uses these servers. */
    public static Map<String, String> settings(RedisReplication servers) {
        return Map.of("hibernate.cache.redis.url", servers.urls(), "hibernate.cache.redis.mode", "replicated");
    }

    private synchronized Running running() {
        if (running == null) {
            running = starter.get();
        }
        return running;
    }

    private record Running(
            Map<String, String> settings,
            Function<String, RedisServer> serving,
            Supplier<List<RedisServer>> masters,
            Supplier<List<RedisServer>> replicas) {}

    private static Running of(RedisCluster cluster) {
        return new Running(settings(cluster), cluster::masterOf, cluster::masters, cluster::replicas);
    }

    private static Running of(RedisSentinels sentinels) {
        RedisReplication servers = sentinels.servers();
        return new Running(
                settings(sentinels), key -> servers.master(), () -> List.of(servers.master()), servers::replicas);
    }

    private static Running of(RedisReplication servers) {
        return new Running(
                settings(servers), key -> servers.master(), () -> List.of(servers.master()), servers::replicas);
    }
}
