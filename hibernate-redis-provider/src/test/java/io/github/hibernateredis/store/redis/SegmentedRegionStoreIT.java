package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionProgram.Omission;
import io.github.hibernateredis.store.RegionProgram.Scenario;
import io.github.hibernateredis.store.RegionStoreContract;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A region that is spread over segments keeps the contract, and no hit is wrong. */
final class SegmentedRegionStoreIT {

    private static final int SEGMENTS = 3;
    private static final RedisCommands REDIS = SharedRedis.connect();

    private static RedisRegion newRegion(TestClock clock, Edits edits) {
        return new RedisRegion(clock, new RedisConnection(RedissonOfTests::client, edits), key -> REDIS, SEGMENTS);
    }

    @Nested
    class Contract extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return SegmentedRegionStoreIT.newRegion(clock, Edits.none());
        }
    }

    /**
     * The model answers otherwise now and then: in one segment, a write of one key tells the node of the writes of all. So only
     * what must never be seen is checked.
     */
    @ParameterizedTest
    @EnumSource
    void noHitIsWrong(Scenario scenario) {
        long first = Long.getLong("seed", System.nanoTime());
        long programs = Long.getLong("programs", 40);
        for (long seed = first; seed < first + programs; seed++) {
            try (RedisRegion region =
                    newRegion(new TestClock(), seed % 2 == 0 ? Edits.SWEEPING_ALWAYS : Edits.SWEEPING_NEVER)) {
                RegionProgram.run(seed, scenario, Omission.NOTHING, List.of(region));
            }
        }
    }
}
