package io.github.hibernateredis.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RedisTopologiesIT {

    @Test
    void aClusterServesEverySlotAndASlotMovesWithItsKeys() {
        try (RedisCluster cluster = RedisCluster.start()) {
            assertThat(cluster.masters()).hasSize(3);
            assertThat(cluster.replicas()).hasSize(3);
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
    void sentinelsKnowTheMaster() {
        try (RedisSentinels redis = RedisSentinels.start();
                RedisCommands sentinel = redis.sentinels().get(0).connect()) {
            assertThat(redis.servers().replicas()).hasSize(2);
            assertThat(sentinel.list("SENTINEL", "GET-MASTER-ADDR-BY-NAME", RedisSentinels.MASTER))
                    .containsExactly(
                            "127.0.0.1",
                            Integer.toString(redis.servers().master().port()));
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
