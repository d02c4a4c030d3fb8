package io.github.hibernateredis.near;

import io.github.hibernateredis.store.InMemoryRegion;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionStoreContract;
import io.github.hibernateredis.store.TestClock;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Near caches in front of the model keep its contract, on both nodes or on one, and no random program finds a wrong
 * hit.
 */
final class NearRegionTest {

    private static final int PROGRAMS = 100;

    @Nested
    class OnBothNodes extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return new NearRegion(new InMemoryRegion(clock, false), 2);
        }
    }

    @Nested
    class OnOneNode extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return new NearRegion(new InMemoryRegion(clock, false), 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noInterleavingShowsAWrongHit(RegionProgram.Scenario scenario) {
        long seed = Long.getLong("seed", 0);
        for (long i = seed; i < seed + PROGRAMS; i++) {
            RegionFixture region =
                    new NearRegion(new InMemoryRegion(new TestClock(), i % 2 == 0), 1 + (int) (i % 3) / 2);
            RegionProgram.run(i, scenario, RegionProgram.Omission.NOTHING, List.of(region));
        }
    }
}
