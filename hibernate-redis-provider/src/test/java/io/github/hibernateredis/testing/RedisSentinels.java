package io.github.hibernateredis.testing;

import java.util.List;
import java.util.Map;

/** A master and two replicas under the watch of three sentinels, which notice a death within half a second. */
public final class RedisSentinels implements AutoCloseable {

    /** The name under which the sentinels know the master. */
    public static final String MASTER = "primary";

    private static final int SENTINELS = 3;

    private final RedisReplication servers;
    private final List<RedisServer> sentinels;

    private RedisSentinels(RedisReplication servers, List<RedisServer> sentinels) {
        this.servers = servers;
        this.sentinels = sentinels;
    }

    /** Starts servers and sentinels that ask for no password. */
    public static RedisSentinels start() {
        return start(List.of(), List.of());
    }

    /**
     * Starts servers and sentinels, and waits until the sentinels know each other and the replicas.
     *
     * @param ofServers further settings of each server; of a password sentinels learn from {@code --requirepass}
     * @param ofSentinels further settings of each sentinel
     */
    public static RedisSentinels start(List<String> ofServers, List<String> ofSentinels) {
        RedisReplication servers = RedisReplication.start(ofServers.toArray(String[]::new));
        RedisSentinels started;
        try {
            String[] arguments = ofSentinels.toArray(String[]::new);
            started = new RedisSentinels(servers, Servers.start(SENTINELS, () -> RedisServer.startSentinel(arguments)));
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
        try {
            int password = ofServers.indexOf("--requirepass") + 1;
            int port = servers.master().port();
            for (RedisServer sentinel : started.sentinels) {
                try (RedisCommands redis = sentinel.connect()) {
                    redis.call("SENTINEL", "MONITOR", MASTER, "127.0.0.1", port, 2);
                    redis.call("SENTINEL", "SET", MASTER, "down-after-milliseconds", 500);
                    redis.call("SENTINEL", "SET", MASTER, "failover-timeout", 3000);
                    if (password > 0) {
                        redis.call("SENTINEL", "SET", MASTER, "auth-pass", ofServers.get(password));
                    }
                }
            }
            Servers.await("sentinels that know each other", started::isComplete);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private boolean isComplete() {
        return sentinels.stream()
                .map(this::view)
                .allMatch(view -> "2".equals(view.get("num-slaves")) && "2".equals(view.get("num-other-sentinels")));
    }

    private Map<String, String> view(RedisServer sentinel) {
        try (RedisCommands redis = sentinel.connect()) {
            return redis.map("SENTINEL", "MASTER", MASTER);
        }
    }

    /** The addresses of the sentinels, for the setting {@code url} with {@code mode=sentinel}. */
    public String urls() {
        return Servers.urls(sentinels);
    }

    /** The servers, without the sentinels. */
    public RedisReplication servers() {
        return servers;
    }

    /** Waits until the sentinels have agreed on another master than that one, and it is one. */
    public void awaitMasterOtherThan(RedisServer former) {
        Servers.await(
                "a new master",
                () -> sentinels.stream()
                                .map(this::view)
                                .noneMatch(
                                        view -> Integer.toString(former.port()).equals(view.get("port")))
                        && servers.servers().stream()
                                .filter(server -> server != former && server.isAlive())
                                .anyMatch(RedisSentinels::isMaster));
    }

    private static boolean isMaster(RedisServer server) {
        try (RedisCommands redis = server.connect()) {
            return "master".equals(redis.info("replication").get("role"));
        }
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.close();
    }
}
