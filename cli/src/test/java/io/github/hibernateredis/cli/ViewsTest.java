package io.github.hibernateredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.cli.Finding.Level;
import io.github.hibernateredis.cli.ServerFacts.Slow;
import io.github.hibernateredis.inspection.EntryDetails;
import io.github.hibernateredis.inspection.LockDetails;
import io.github.hibernateredis.inspection.RegionDetails;
import io.github.hibernateredis.inspection.SegmentDetails;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks the exact output for people. */
final class ViewsTest {

    private static final long STAMP = 1_767_225_600_123_456L;

    private static final RegionDetails PRODUCTS = new RegionDetails(
            "com.acme.Product",
            "jdbc:postgresql://db/shop",
            List.of(
                    new SegmentDetails(0, "2-0f", STAMP, STAMP, 12, 2_048L, Duration.ofSeconds(3_599), 0),
                    new SegmentDetails(
                            1, "2-1a", STAMP, STAMP + 1_000_000, 1_030, 3_500_000L, Duration.ofSeconds(30), 1)));
    private static final RegionDetails LOST =
            new RegionDetails("com.acme.Country", null, List.of(new SegmentDetails(0, null, 0, 0, 0, null, null, 0)));

    @Test
    void regions() {
        assertThat(Views.regions(List.of(LOST, PRODUCTS))).isEqualTo("""
                        REGION            SEGMENTS  ENTRIES   MEMORY  TTL     VERSION                   EPOCH
                        com.acme.Country         1        0        -  -       -                         -
                        com.acme.Product         2     1042  3.3 MiB  59m59s  2026-01-01T00:00:00.123Z  one for each segment
                        """);
    }

    @Test
    void oneRegion() {
        assertThat(Views.region(PRODUCTS)).isEqualTo("""
                        region    com.acme.Product
                        database  jdbc:postgresql://db/shop
                        entries   1042
                        memory    3.3 MiB

                        SEGMENT  ENTRIES   MEMORY  TTL     VERSION                   NEWEST STAMP              REGION LOCKS  EPOCH
                              0       12  2.0 KiB  59m59s  2026-01-01T00:00:00.123Z  2026-01-01T00:00:00.123Z             0  2-0f
                              1     1030  3.3 MiB  30s     2026-01-01T00:00:00.123Z  2026-01-01T00:00:01.123Z             1  2-1a
                        """);
    }

    @Test
    void anEntry() {
        EntryDetails entry = new EntryDetails(
                "com.acme.Product",
                "42",
                1,
                new EntryDetails.Value(
                        EntryDetails.State.LIVE,
                        38,
                        STAMP,
                        Duration.ofMillis(90_500),
                        "00ff12ab",
                        "none",
                        "\u0000Desk and chair\u00ff".getBytes(StandardCharsets.ISO_8859_1),
                        null),
                STAMP,
                STAMP,
                List.of(new LockDetails("a1", Duration.ofMillis(400), true)),
                0);
        assertThat(Views.entry(entry)).isEqualTo("""
                        region        com.acme.Product
                        key           42
                        segment       1
                        state         live
                        expires in    1m30s
                        size          38 B
                        stamp         2026-01-01T00:00:00.123Z
                        checksum      00ff12ab
                        compression   none
                        floor         2026-01-01T00:00:00.123Z
                        version       2026-01-01T00:00:00.123Z
                        region locks  0
                        lock          a1, 400ms, conflicted

                        payload, 16 bytes
                        000000  00 44 65 73 6b 20 61 6e 64 20 63 68 61 69 72 ff  .Desk and chair.
                        """);
    }

    @Test
    void anAbsentRow() {
        EntryDetails.Value value = new EntryDetails.Value(
                EntryDetails.State.ABSENT_ROW, 20, STAMP, Duration.ofSeconds(30), "", "none", new byte[0], null);
        EntryDetails entry = new EntryDetails("com.acme.Product", "43", 0, value, STAMP, STAMP, List.of(), 0);
        assertThat(Views.entry(entry))
                .contains("state         absent row\n", "expires in    30s\n")
                .doesNotContain("payload", "checksum");
        assertThat(Views.json(entry)).containsEntry("live", true).containsEntry("state", "ABSENT_ROW");
    }

    @Test
    void longPayloadsAreCut() {
        assertThat(Shown.dump(new byte[600]).lines()).hasSize(33).last().isEqualTo("... 88 bytes more");
    }

    private static ServerFacts server(Map<String, String> info, Set<String> missing, long ping, List<Slow> slow) {
        return new ServerFacts("10.0.0.1:6379", "shop", info, missing, List.of(ping, ping, ping), slow);
    }

    @Test
    void aHealthyServer() {
        List<Finding> findings = Diagnosis.of(List.of(server(
                Map.of(
                        "redis_version", "8.0.2",
                        "used_memory", "1048576",
                        "maxmemory", "10485760",
                        "maxmemory_policy", "volatile-lru",
                        "role", "master",
                        "connected_slaves", "0",
                        "connected_clients", "7",
                        "maxclients", "100"),
                Set.of(),
                300,
                List.of())));
        assertThat(Diagnosis.text(findings)).isEqualTo("""
                        LEVEL  CHECK        SERVER         FOUND
                        OK     permissions  10.0.0.1:6379  user shop may run all required commands
                        OK     latency      10.0.0.1:6379  PING takes 0.3 ms, at most 0.3 ms
                        OK     slow log     10.0.0.1:6379  is empty
                        OK     version      10.0.0.1:6379  Redis 8.0.2
                        OK     memory       10.0.0.1:6379  1.0 MiB of 10.0 MiB used
                        OK     eviction     10.0.0.1:6379  volatile-lru
                        OK     replication  10.0.0.1:6379  master, 0 replicas
                        OK     clients      10.0.0.1:6379  7 of 100 connections
                        """);
    }

    @Test
    void everythingThatCanBeWrongIsNamedWithWhatToChange() {
        List<Finding> findings = Diagnosis.of(List.of(server(
                Map.ofEntries(
                        Map.entry("redis_version", "6.0.16"),
                        Map.entry("used_memory", "95"),
                        Map.entry("maxmemory", "100"),
                        Map.entry("maxmemory_policy", "noeviction"),
                        Map.entry("evicted_keys", "3"),
                        Map.entry("rdb_last_bgsave_status", "err"),
                        Map.entry("aof_last_write_status", "err"),
                        Map.entry("loading", "1"),
                        Map.entry("role", "master"),
                        Map.entry("connected_slaves", "2"),
                        Map.entry("connected_clients", "90"),
                        Map.entry("maxclients", "100"),
                        Map.entry("rejected_connections", "1")),
                Set.of("hmget", "info", "hpexpire"),
                60_000,
                List.of(new Slow(1, 20_000, "KEYS"), new Slow(2, 12_000, "EVALSHA")))));
        assertThat(findings).filteredOn(finding -> finding.level() == Level.BAD).hasSize(7);
        assertThat(findings)
                .filteredOn(finding -> finding.level() != Level.OK)
                .hasSize(15)
                .allSatisfy(finding -> assertThat(finding.advice()).isNotEmpty());
        assertThat(Diagnosis.text(findings))
                .startsWith("LEVEL  CHECK        SERVER         FOUND\nBAD ")
                .contains("user shop may not run hmget", "ACL SETUSER <user> +hmget", "slowest KEYS with 20.0 ms");
        assertThat(Diagnosis.json(findings).get(0)).containsKeys("level", "check", "server", "found", "advice");
    }

    @Test
    void otherPoliciesAndAofAreWarnings() {
        List<Finding> findings = Diagnosis.of(List.of(server(
                Map.of(
                        "redis_version",
                        "7.2.0",
                        "maxmemory",
                        "100",
                        "maxmemory_policy",
                        "allkeys-lru",
                        "aof_enabled",
                        "1"),
                Set.of(),
                6_000,
                List.of())));
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Level.WARN)
                .extracting(Finding::check)
                .containsExactlyInAnyOrder("eviction", "persistence", "latency");
        assertThat(findings).noneMatch(finding -> finding.level() == Level.BAD);
    }
}
