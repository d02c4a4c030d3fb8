package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import io.github.hibernateredis.testing.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;

/** Two instances with several servers. */
class TopologiesIT {

    @Nested
    class InACluster extends TwoNodesContract {
        @Override
        void choose(Application.Builder builder) {
            Topology.CLUSTER.settings().forEach(builder::set);
        }

        @Test
        void regionsAreSpreadOverAllMasters() {
            one().find(Product.class, 1L);
            String guards = "two-nodes:{" + Product.class.getName() + "#*}:guards";
            int segments = 0;
            for (RedisServer master : Topology.CLUSTER.masters()) {
                try (RedisCommands redis = master.connect()) {
                    assertThat(redis.keys(guards)).isNotEmpty();
                    segments += redis.keys(guards).size();
                }
            }
            assertThat(segments).isEqualTo(16);
        }
    }

    @Nested
    class UnderSentinels extends TwoNodesContract {
        @Override
        void choose(Application.Builder builder) {
            Topology.SENTINEL.settings().forEach(builder::set);
        }
    }

    @Nested
    class InAReplicatedSet extends TwoNodesContract {
        @Override
        void choose(Application.Builder builder) {
            Topology.REPLICATED.settings().forEach(builder::set);
        }
    }

    /** With a client of the application that reads from replicas, which the cache must not do. */
    abstract static class WithAReaderOfReplicas extends TwoNodesContract {

        private static final List<String> READS = List.of("hmget", "hget", "hgetall", "eval", "evalsha");

        private final RedissonClient client;

        WithAReaderOfReplicas(Config config) {
            client = Redisson.create(config);
        }

        abstract Topology topology();

        @Override
        void choose(Application.Builder builder) {
            builder.unset("hibernate.cache.redis.url").set("hibernate.cache.redis.client", client);
        }

        @AfterAll
        final void end() {
            client.shutdown();
        }

        @Test
        void noReadGoesToAReplica() {
            List<RedisCommands> replicas = new ArrayList<>();
            topology().replicas().forEach(replica -> replicas.add(replica.connect()));
            replicas.forEach(RedisCommands::resetStatistics);
            anInsertedEntityIsCachedForBoth();
            aCollectionIsCachedForBoth();
            aQueryIsCachedForBothUntilItsTableIsWritten();
            for (RedisCommands replica : replicas) {
                assertThat(replica.commandStats()).doesNotContainKeys(READS.toArray(String[]::new));
                replica.close();
            }
        }

        @Test
        void theUserIsWarnedOnce() {
            Application.Builder builder = Application.on("reader-of-replicas");
            choose(builder);
            try (LoggedLines log = new LoggedLines();
                    Application application = builder.start()) {
                application.transact(session -> {});
                assertThat(log.warnings())
                        .filteredOn(line -> line.contains("replicas"))
                        .hasSize(1);
            }
        }
    }

    @Nested
    class InAClusterWithAReaderOfReplicas extends WithAReaderOfReplicas {

        InAClusterWithAReaderOfReplicas() {
            super(config());
        }

        private static Config config() {
            Config config = new Config();
            config.useClusterServers().addNodeAddress(urls(Topology.CLUSTER)).setReadMode(ReadMode.SLAVE);
            return config;
        }

        @Override
        Topology topology() {
            return Topology.CLUSTER;
        }
    }

    @Nested
    class UnderSentinelsWithAReaderOfReplicas extends WithAReaderOfReplicas {

        UnderSentinelsWithAReaderOfReplicas() {
            super(config());
        }

        private static Config config() {
            Config config = new Config();
            Map<String, String> settings = Topology.SENTINEL.settings();
            config.useSentinelServers()
                    .addSentinelAddress(urls(Topology.SENTINEL))
                    .setMasterName(settings.get("hibernate.cache.redis.sentinel_master"))
                    .setReadMode(ReadMode.SLAVE);
            return config;
        }

        @Override
        Topology topology() {
            return Topology.SENTINEL;
        }
    }

    private static String[] urls(Topology topology) {
        return topology.settings().get("hibernate.cache.redis.url").split(",");
    }
}
