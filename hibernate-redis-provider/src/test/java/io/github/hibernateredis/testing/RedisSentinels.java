package io.github.hibernateredis.testing;

import java.util.List;
import java.util.Map;

/** A master and two replicas, monitored by three sentinels, which detect a dead master within half a second. */
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

    /**
     * Starts servers and sentinels, and waits until the sentinels know each other and the replicas.
     *
     * @param settings further settings of each sentinel, as on the command line
     */
    public static RedisSentinels start(String... settings) {
        RedisReplication servers = RedisReplication.start();
        RedisSentinels started;
        try {
            started = new RedisSentinels(servers, Servers.start(SENTINELS, () -> RedisServer.startSentinel(settings)));
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
        try {
            int port = servers.master().port();
            for (RedisServer sentinel : started.sentinels) {
                try (RedisCommands redis = sentinel.connect()) {
                    redis.call("SENTINEL", "MONITOR", MASTER, "127.0.0.1", port, 2);
                    redis.call("SENTINEL", "SET", MASTER, "down-after-milliseconds", 500);
                    redis.call("SENTINEL", "SET", MASTER, "failover-timeout", 3000);
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

    /** The sentinels. */
    public List<RedisServer> sentinels() {
        return sentinels;
    }

    /** Waits until the sentinels have agreed on a master other than this one, and it is a master. */
    public void awaitMasterOtherThan(RedisServer former) {
        Servers.await(
                "a new master",
                () -> sentinels.stream()
                                .map(this::view)
                                .noneMatch(
                                        view -> Integer.toString(former.port()).equals(view.get("port")))
                        && servers.servers().stream()
                                .filter(server -> server != former && server.isRunning())
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
