package io.github.hibernateredis.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A Redis Cluster of three masters, each with a replica that replaces it within a few seconds of its death. */
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration NODE_TIMEOUT = Duration.ofMillis(1000);

    private final List<RedisServer> servers;

    private RedisCluster(List<RedisServer> servers) {
        this.servers = servers;
    }

    /** Starts the servers and waits until each of them reports a complete cluster. */
    public static RedisCluster start() {
        RedisCluster started = new RedisCluster(Servers.start(
                2 * MASTERS,
                () -> RedisServer.start(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-node-timeout",
                        Long.toString(NODE_TIMEOUT.toMillis()),
                        "--repl-diskless-sync",
                        "yes",
                        "--repl-diskless-sync-delay",
                        "0")));
        try {
            started.join();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void join() {
        for (int i = 0; i < MASTERS; i++) {
            List<Object> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            for (int slot = SLOTS * i / MASTERS; slot < SLOTS * (i + 1) / MASTERS; slot++) {
                words.add(slot);
            }
            call(servers.get(i), words.toArray());
        }
        for (int i = 0; i < servers.size(); i++) {
            call(servers.get(i), "CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            call(servers.get(0), "CLUSTER", "MEET", "127.0.0.1", servers.get(i).port());
        }
        Servers.await("nodes that know each other", () -> servers.stream().allMatch(this::knowsAll));
        for (int i = 0; i < MASTERS; i++) {
            call(servers.get(MASTERS + i), "CLUSTER", "REPLICATE", id(servers.get(i)));
        }
        awaitHealth();
        Servers.await(
                "replicas that follow",
                () -> servers.subList(MASTERS, 2 * MASTERS).stream()
                        .allMatch(replica -> "up".equals(info(replica).get("master_link_status"))));
    }

    private boolean knowsAll(RedisServer server) {
        String nodes = String.valueOf(call(server, "CLUSTER", "NODES"));
        return nodes.lines().count() == servers.size() && !nodes.contains("handshake");
    }

    /** Waits until all live nodes serve all slots, and report the same owners. */
    public void awaitHealth() {
        Servers.await("a cluster that is complete", () -> {
            List<String> states = new ArrayList<>();
            for (RedisServer server : servers) {
                if (server.isRunning()) {
                    String state = String.valueOf(call(server, "CLUSTER", "INFO"));
                    if (!state.contains("cluster_state:ok")) {
                        return false;
                    }
                    states.add(String.valueOf(call(server, "CLUSTER", "SLOTS")));
                }
            }
            return states.stream().map(RedisCluster::mastersOf).distinct().count() == 1;
        });
    }

    /** Only the first owner of a slot is a master. */
    private static String mastersOf(String slots) {
        return slots.replaceAll("(\\[\\d+, \\d+, \\[[^\\]]*\\]\\])[^\\]]*", "$1");
    }

    /** Waits until all slots of a dead master are served by another one. */
    public void awaitSuccessorOf(RedisServer former) {
        Servers.await(
                "a successor", () -> masters().size() == MASTERS && !masters().contains(former));
        awaitHealth();
    }

    /** The addresses of all nodes, for the setting {@code url} with {@code mode=cluster}. */
    public String urls() {
        return Servers.urls(servers);
    }

    /** The current masters. */
    public List<RedisServer> masters() {
        return withRole("master");
    }

    /** The current replicas. */
    public List<RedisServer> replicas() {
        return withRole("slave");
    }

    private List<RedisServer> withRole(String role) {
        return servers.stream()
                .filter(RedisServer::isRunning)
                .filter(server -> role.equals(info(server).get("role")))
                .toList();
    }

    /** The master that serves the key. */
    public RedisServer masterOf(String key) {
        long slot = (Long) Objects.requireNonNull(
                call(servers.get(0).isRunning() ? servers.get(0) : masters().get(0), "CLUSTER", "KEYSLOT", key));
        for (RedisServer master : masters()) {
            try (RedisCommands redis = master.connect()) {
                for (Object range : redis.list("CLUSTER", "SLOTS")) {
                    List<?> parts = (List<?>) Objects.requireNonNull(range);
                    long port = (Long) ((List<?>) parts.get(2)).get(1);
                    if ((Long) parts.get(0) <= slot && slot <= (Long) parts.get(1) && port == master.port()) {
                        return master;
                    }
                }
            }
        }
        throw new IllegalStateException("Nobody serves the slot " + slot);
    }

    /**
     * Moves the slot of a key to another master, key by key, while clients use it.
     *
     * @param meanwhile called before the first key is moved, after each key, and before the slot gets its new owner
     */
    public void moveSlotOf(String key, Runnable meanwhile) {
        RedisServer from = masterOf(key);
        RedisServer to =
                masters().stream().filter(master -> master != from).findFirst().orElseThrow();
        Object slot = call(from, "CLUSTER", "KEYSLOT", key);
        call(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
        call(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        meanwhile.run();
        List<?> keys = (List<?>) call(from, "CLUSTER", "GETKEYSINSLOT", slot, 1);
        while (!keys.isEmpty()) {
            call(from, "MIGRATE", "127.0.0.1", to.port(), "", 0, 5000, "KEYS", keys.get(0));
            meanwhile.run();
            keys = (List<?>) call(from, "CLUSTER", "GETKEYSINSLOT", slot, 1);
        }
        call(to, "CLUSTER", "SETSLOT", slot, "NODE", id(to));
        call(from, "CLUSTER", "SETSLOT", slot, "NODE", id(to));
        awaitHealth();
    }

    /** The name of a server in the cluster. */
    private static String id(RedisServer server) {
        return String.valueOf(call(server, "CLUSTER", "MYID"));
    }

    /** Removes all keys of all nodes. */
    public void flushAll() {
        masters().forEach(master -> call(master, "FLUSHALL"));
    }

    private static Map<String, String> info(RedisServer server) {
        try (RedisCommands redis = server.connect()) {
            return redis.info("replication");
        }
    }

    private static Object call(RedisServer server, Object... words) {
        try (RedisCommands redis = server.connect()) {
            return Objects.requireNonNull(redis.call(words));
        }
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
