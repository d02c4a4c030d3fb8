package io.github.hibernateredis.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RedisTopologiesIT {

    @Test
    void aClusterServesEverySlotAndHealsItself() {
        try (RedisCluster cluster = RedisCluster.start()) {
            assertThat(cluster.masters()).hasSize(3);
            RedisServer master = cluster.masterOf("key");
            try (RedisCommands redis = master.connect()) {
                redis.call("SET", "key", "value");
            }
            master.kill();
            assertThat(cluster.masters()).hasSize(2);
            cluster.awaitSuccessorOf(master);
            assertThat(cluster.masterOf("key")).isNotSameAs(master);
        }
    }

    @Test
    void aSlotMovesWithItsKeys() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisServer master = cluster.masterOf("key");
            try (RedisCommands redis = master.connect()) {
                redis.call("SET", "key", "value");
            }
            cluster.moveSlotOf("key", () -> {});
            assertThat(cluster.masterOf("key")).isNotSameAs(master);
            try (RedisCommands redis = cluster.masterOf("key").connect()) {
                assertThat(redis.string("GET", "key")).isEqualTo("value");
            }
        }
    }

    @Test
    void sentinelsReplaceADeadMaster() {
        try (RedisSentinels sentinels = RedisSentinels.start()) {
            RedisServer master = sentinels.servers().master();
            assertThat(sentinels.servers().replicas()).hasSize(2);
            master.kill();
            sentinels.awaitMasterOtherThan(master);
            assertThat(sentinels.servers().master()).isNotSameAs(master);
        }
    }

    @Test
    void replicasFollowTheirMaster() {
        try (RedisReplication servers = RedisReplication.start()) {
            try (RedisCommands redis = servers.master().connect()) {
                redis.call("SET", "key", "value");
                redis.call("WAIT", 2, 5000);
            }
            try (RedisCommands redis = servers.replicas().get(0).connect()) {
                assertThat(redis.string("GET", "key")).isEqualTo("value");
                assertThatThrownBy(() -> redis.call("SET", "key", "other")).hasMessageContaining("READONLY");
            }
            servers.failOver();
            try (RedisCommands redis = servers.master().connect()) {
                assertThat(redis.string("GET", "key")).isEqualTo("value");
            }
        }
    }

    @Test
    void nothingIsLeftOfServersWhenOneOfThemDoesNotStart() {
        assertThatThrownBy(() -> RedisSentinels.start("--no-such-setting", "1")).hasStackTraceContaining("redis.log");
    }
}
