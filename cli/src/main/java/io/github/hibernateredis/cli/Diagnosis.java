package io.github.hibernateredis.cli;

import io.github.hibernateredis.cli.Finding.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Derives findings from the facts about servers: their effect on the cache, and what to change. */
final class Diagnosis {

    private static final long SLOW_PING_MICROS = 5_000;
    private static final long BAD_PING_MICROS = 50_000;
    private static final double FULL = 0.9;
    private static final double MANY_CLIENTS = 0.8;

    /** Without one of these commands nothing is cached, or no entry is found. */
    private static final Set<String> NEEDED = Set.of(
            "ping",
            "time",
            "evalsha",
            "script|load",
            "evalsha or script|load",
            "hmget",
            "hget",
            "hset",
            "hdel",
            "hscan",
            "del",
            "unlink",
            "pexpire");

    private final List<Finding> findings = new ArrayList<>();
    private final ServerFacts server;

    private Diagnosis(ServerFacts server) {
        this.server = server;
    }

    /** The findings, the worst first. */
    static List<Finding> of(List<ServerFacts> servers) {
        List<Finding> all = new ArrayList<>();
        for (ServerFacts server : servers) {
            Diagnosis diagnosis = new Diagnosis(server);
            diagnosis.rights();
            diagnosis.latency();
            diagnosis.slowLog();
            if (!server.info().isEmpty()) {
                diagnosis.version();
                diagnosis.memory();
                diagnosis.persistence();
                diagnosis.replication();
                diagnosis.clients();
            }
            all.addAll(diagnosis.findings);
        }
        all.sort(Comparator.comparing(Finding::level).reversed());
        return all;
    }

    private void add(Level level, String check, String what, String advice) {
        findings.add(new Finding(level, check, server.address(), what, advice));
    }

    private void rights() {
        String user = server.user() == null ? "the user" : "user " + server.user();
        Set<String> missing = server.missing();
        if (missing == null) {
            add(Level.OK, "permissions", "cannot be checked before Redis 7.0", "");
            return;
        }
        Set<String> needed = new TreeSet<>(missing);
        needed.retainAll(NEEDED);
        Set<String> useful = new TreeSet<>(missing);
        useful.removeAll(NEEDED);
        if (!needed.isEmpty()) {
            add(Level.BAD, "permissions", user + " may not run " + String.join(", ", needed), grant(needed));
        }
        if (useful.contains("info")) {
            add(
                    Level.BAD,
                    "permissions",
                    user + " may not run info: a restart cannot be detected, and most checks here are impossible",
                    grant(Set.of("info")));
            useful.remove("info");
        }
        if (!useful.isEmpty()) {
            add(Level.WARN, "permissions", user + " may not run " + String.join(", ", useful), grant(useful));
        }
        if (missing.isEmpty()) {
            add(Level.OK, "permissions", user + " may run all required commands", "");
        }
    }

    private static String grant(Set<String> commands) {
        return "ACL SETUSER <user> +" + String.join(" +", commands);
    }

    private void latency() {
        List<Long> sorted = server.pingMicros().stream().sorted().toList();
        if (sorted.isEmpty()) {
            return;
        }
        long median = sorted.get(sorted.size() / 2);
        String what = "PING takes " + millis(median) + " ms, at most " + millis(sorted.get(sorted.size() - 1)) + " ms";
        if (median >= BAD_PING_MICROS) {
            add(
                    Level.BAD,
                    "latency",
                    what,
                    "Move Redis nearer, or find the cause of its load; every read takes at least this time");
        } else if (median >= SLOW_PING_MICROS) {
            add(Level.WARN, "latency", what, "Move Redis nearer: a database in the same network is as fast");
        } else {
            add(Level.OK, "latency", what, "");
        }
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f", micros / 1000.0);
    }

    private void slowLog() {
        List<ServerFacts.Slow> slow = server.slow();
        if (slow == null) {
            add(Level.OK, "slow log", "may not be read by this user", "");
            return;
        }
        ServerFacts.Slow worst = slow.stream()
                .max(Comparator.comparingLong(ServerFacts.Slow::micros))
                .orElse(null);
        if (worst == null) {
            add(Level.OK, "slow log", "is empty", "");
            return;
        }
        add(
                Level.WARN,
                "slow log",
                slow.size() + " commands, the slowest " + worst.command() + " with " + millis(worst.micros()) + " ms",
                "All other requests wait meanwhile. SLOWLOG GET shows them; move clients that run long scripts or KEYS"
                        + " to another server");
    }

    private void version() {
        String version = server.text("redis_version");
        String valkey = server.text("valkey_version");
        if (!valkey.isEmpty()) {
            add(Level.OK, "version", "Valkey " + valkey, "");
        } else if (isBefore(version, 6, 2)) {
            add(Level.BAD, "version", "Redis " + version, "The provider needs Redis 6.2 or Valkey 8, or newer");
        } else {
            add(
                    Level.OK,
                    "version",
                    "Redis " + version
                            + (isBefore(version, 7, 4)
                                    ? ": the provider reclaims expired entries; from 7.4 on Redis does"
                                    : ""),
                    "");
        }
    }

    private static boolean isBefore(String version, int major, int minor) {
        String[] parts = version.split("\\.");
        try {
            int first = Integer.parseInt(parts[0]);
            return first < major || first == major && Integer.parseInt(parts[1]) < minor;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    private void memory() {
        long most = server.number("maxmemory");
        long used = server.number("used_memory");
        String policy = server.text("maxmemory_policy");
        if (most == 0) {
            add(
                    Level.WARN,
                    "memory",
                    Shown.bytes(used) + " used, without a limit",
                    "Set maxmemory, and maxmemory-policy volatile-lru, or Redis grows until the system kills it");
        } else {
            String what = Shown.bytes(used) + " of " + Shown.bytes(most) + " used";
            add(
                    used >= FULL * most ? Level.WARN : Level.OK,
                    "memory",
                    what,
                    used >= FULL * most ? "Raise maxmemory, or shorten ttl" : "");
            if (policy.startsWith("volatile-")) {
                add(Level.OK, "eviction", policy, "");
            } else {
                add(
                        Level.WARN,
                        "eviction",
                        policy.equals("noeviction")
                                ? "noeviction: a full server stores no further entries"
                                : policy
                                        + ": the metadata of regions is evicted, too, which discards all of their"
                                        + " entries",
                        "Set maxmemory-policy volatile-lru, if the server holds nothing but caches");
            }
        }
        if (server.number("evicted_keys") > 0) {
            add(
                    Level.WARN,
                    "eviction",
                    server.text("evicted_keys") + " keys evicted since the start of the server",
                    "Raise maxmemory if hits matter; each evicted key is a segment with its entries");
        }
    }

    private void persistence() {
        if (server.text("rdb_last_bgsave_status").equals("err")) {
            add(
                    Level.BAD,
                    "persistence",
                    "the last snapshot failed: Redis may refuse writes until one succeeds",
                    "Repair the disk, or switch snapshots off (save \"\"): a cache needs none");
        }
        if (server.text("aof_last_write_status").equals("err")) {
            add(
                    Level.BAD,
                    "persistence",
                    "the append-only file cannot be written: Redis refuses writes",
                    "Repair the disk");
        } else if (server.text("aof_enabled").equals("1")) {
            add(
                    Level.WARN,
                    "persistence",
                    "every write goes to an append-only file",
                    "Switch it off (appendonly no) if Redis is only a cache: a restart resets the regions in any case");
        }
        if (server.text("loading").equals("1")) {
            add(Level.BAD, "persistence", "the server is loading its data", "Wait");
        }
    }

    private void replication() {
        long replicas = server.number("connected_slaves");
        boolean guarded = !server.text("min_slaves_good_slaves").isEmpty();
        if (replicas > 0 && !guarded) {
            add(
                    Level.WARN,
                    "replication",
                    replicas + " replicas, and the master accepts writes without them",
                    "Set min-replicas-to-write 1 and min-replicas-max-lag 10: a disconnected master then refuses"
                            + " writes");
        } else {
            add(Level.OK, "replication", server.text("role") + ", " + replicas + " replicas", "");
        }
    }

    private void clients() {
        long clients = server.number("connected_clients");
        long most = server.number("maxclients");
        boolean many = most > 0 && clients >= MANY_CLIENTS * most;
        add(
                many ? Level.WARN : Level.OK,
                "clients",
                clients + (most > 0 ? " of " + most : "") + " connections",
                many ? "Raise maxclients: instances that cannot connect run without the cache" : "");
        if (server.number("rejected_connections") > 0) {
            add(
                    Level.WARN,
                    "clients",
                    server.text("rejected_connections") + " connections refused since the start of the server",
                    "Raise maxclients");
        }
    }

    static String text(List<Finding> findings) {
        Table table = new Table("LEVEL", "CHECK", "SERVER", "FOUND");
        findings.forEach(finding -> table.add(finding.level(), finding.check(), finding.server(), finding.what()));
        StringBuilder text = new StringBuilder(table.toString());
        boolean any = false;
        for (Finding finding : findings) {
            if (!finding.advice().isEmpty()) {
                text.append(any ? "" : "\nWhat to change:\n")
                        .append("- ")
                        .append(finding.check())
                        .append(": ")
                        .append(finding.advice())
                        .append('\n');
                any = true;
            }
        }
        return text.toString();
    }

    static List<Map<String, String>> json(List<Finding> findings) {
        return findings.stream()
                .map(finding -> {
                    Map<String, String> json = new LinkedHashMap<>();
                    json.put("level", finding.level().name());
                    json.put("check", finding.check());
                    json.put("server", finding.server());
                    json.put("found", finding.what());
                    json.put("advice", finding.advice());
                    return json;
                })
                .toList();
    }
}
