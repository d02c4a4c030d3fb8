package io.github.hibernateredis.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A master and two replicas without sentinels. */
public final class RedisReplication implements AutoCloseable {

    private static final int REPLICAS = 2;

    private final List<RedisServer> servers = new ArrayList<>();

    private RedisReplication(List<RedisServer> servers) {
        this.servers.addAll(servers);
    }

    /**
     * Starts the servers and waits until the replicas follow the master.
     *
     * @param settings further settings of each server, as on the command line
     */
    public static RedisReplication start(String... settings) {
        List<String> all = new ArrayList<>(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(settings));
        String[] arguments = all.toArray(String[]::new);
        RedisReplication started =
                new RedisReplication(Servers.start(1 + REPLICAS, () -> RedisServer.start(arguments)));
        try {
            for (RedisServer replica : started.servers.subList(1, 1 + REPLICAS)) {
                follow(replica, started.servers.get(0));
            }
            Servers.await("replicas that follow", () -> started.following() == REPLICAS);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static void follow(RedisServer replica, RedisServer master) {
        try (RedisCommands redis = replica.connect()) {
            redis.call("REPLICAOF", "127.0.0.1", master.port());
        }
    }

    /** The addresses of all servers, for the setting {@code url} with {@code mode=replicated}. */
    public String urls() {
        return Servers.urls(servers);
    }

    /** All servers. */
    List<RedisServer> servers() {
        return servers;
    }

    /** The current master. */
    public RedisServer master() {
        return servers.stream()
                .filter(RedisServer::isRunning)
                .filter(server -> "master".equals(replication(server).get("role")))
                .findFirst()
                .orElseThrow();
    }

    /** The current replicas. */
    public List<RedisServer> replicas() {
        return servers.stream()
                .filter(RedisServer::isRunning)
                .filter(server -> "slave".equals(replication(server).get("role")))
                .toList();
    }

    /** Kills the master and promotes a replica, as an administrator would. */
    public void failOver() {
        RedisServer successor = replicas().get(0);
        master().kill();
        try (RedisCommands redis = successor.connect()) {
            redis.call("REPLICAOF", "NO", "ONE");
        }
        replicas().forEach(replica -> follow(replica, successor));
    }

    private long following() {
        return servers.stream()
                .filter(server -> "up".equals(replication(server).get("master_link_status")))
                .count();
    }

    private static Map<String, String> replication(RedisServer server) {
        try (RedisCommands redis = server.connect()) {
            return redis.info("replication");
        }
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
