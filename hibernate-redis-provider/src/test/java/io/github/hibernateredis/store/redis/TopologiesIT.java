package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.ClientsOfTests;
import io.github.hibernateredis.store.InMemoryRegion;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionProgram.Omission;
import io.github.hibernateredis.store.RegionProgram.Scenario;
import io.github.hibernateredis.store.RegionStoreContract;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TableStampsContract;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.Topology;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stores keep their contracts on several servers, with clients that the provider creates from its settings. */
final class TopologiesIT {

    /** So few that each heartbeat covers all segments, as the contract assumes. */
    private static final int SEGMENTS = 4;

    private static final Map<Topology, RedisConnection> CONNECTIONS = new EnumMap<>(Topology.class);

    private static synchronized RedisConnection connection(Topology topology) {
        return CONNECTIONS.computeIfAbsent(
                topology,
                one -> new RedisConnection(
                        ClientsOfTests.connect(one.settings()), RequestGuard.NONE, Edits.SWEEPING_NEVER));
    }

    private static RedisRegion regionOn(Topology topology, TestClock clock) {
        return new RedisRegion(clock, connection(topology), topology::master, 1);
    }

    @Nested
    class RegionInACluster extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return regionOn(Topology.CLUSTER, clock);
        }
    }

    @Nested
    class RegionInSegmentsInACluster extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return new RedisRegion(clock, connection(Topology.CLUSTER), Topology.CLUSTER::master, SEGMENTS);
        }
    }

    @Nested
    class RegionUnderSentinels extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return regionOn(Topology.SENTINEL, clock);
        }
    }

    @Nested
    class RegionInAReplicatedSet extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return regionOn(Topology.REPLICATED, clock);
        }
    }

    private static TableStampsContract.Fixture tablesOn(Topology topology, TestClock clock) {
        return new RedisTables(clock, connection(topology), topology::master);
    }

    @Nested
    class TablesInACluster extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return tablesOn(Topology.CLUSTER, clock);
        }
    }

    @Nested
    class TablesUnderSentinels extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return tablesOn(Topology.SENTINEL, clock);
        }
    }

    @Nested
    class TablesInAReplicatedSet extends TableStampsContract {
        @Override
        protected Fixture newTables(TestClock clock) {
            return tablesOn(Topology.REPLICATED, clock);
        }
    }

    /** The scripts are the same everywhere, so a few programs of each scenario are enough to find errors of routing. */
    @ParameterizedTest
    @EnumSource
    void scriptsDoAsTheModelDoes(Topology topology) {
        long first = Long.getLong("seed", System.nanoTime());
        long programs = Long.getLong("programs", 2);
        for (Scenario scenario : Scenario.values()) {
            for (long seed = first; seed < first + programs; seed++) {
                TestClock clock = new TestClock();
                try (RedisRegion redis = regionOn(topology, clock);
                        InMemoryRegion model = new InMemoryRegion(clock, false)) {
                    RegionProgram.run(seed, scenario, Omission.NOTHING, List.of(redis, model));
                }
            }
        }
    }
}
