package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.near.NearRegion;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionStoreContract;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Near caches in front of the scripts keep the contract, and no random program finds a wrong hit. */
final class NearRegionIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final int PROGRAMS = 10;

    private static RegionFixture near(TestClock clock, int nearNodes) {
        RedisConnection connection = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE);
        return new NearRegion(new RedisRegion(clock, connection, REDIS), nearNodes);
    }

    @Nested
    class OnOneNode extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return near(clock, 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noInterleavingShowsAWrongHit(RegionProgram.Scenario scenario) {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + Long.getLong("programs", PROGRAMS); seed++) {
            try (RegionFixture region = near(new TestClock(), 2)) {
                RegionProgram.run(seed, scenario, RegionProgram.Omission.NOTHING, List.of(region));
            }
        }
    }
}
