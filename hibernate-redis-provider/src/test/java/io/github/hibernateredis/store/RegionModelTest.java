package io.github.hibernateredis.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The model itself shows no wrong hit, so the scripts can be compared with it. */
final class RegionModelTest {

    private static final int PROGRAMS = 1000;

    @ParameterizedTest
    @EnumSource
    void noInterleavingShowsAWrongHit(RegionProgram.Scenario scenario) {
        long seed = Long.getLong("seed", 0);
        for (long i = seed; i < seed + PROGRAMS; i++) {
            RegionFixture region = new InMemoryRegion(new TestClock(), i % 2 == 0);
            RegionProgram.run(i, scenario, RegionProgram.Omission.NOTHING, List.of(region));
        }
    }

    @Test
    void withoutTheRenewalOfLocksBeforeTheCommitAHitIsWrong() {
        assertThatThrownBy(() -> run(RegionProgram.Scenario.CRASH, RegionProgram.Omission.RENEWAL))
                .isInstanceOf(RegionProgram.Violation.class);
        assertThatThrownBy(() -> run(RegionProgram.Scenario.BULK_CRASH, RegionProgram.Omission.RENEWAL))
                .isInstanceOf(RegionProgram.Violation.class);
    }

    @Test
    void withoutGetAsOfASnapshotSeesWhatCameAfterIt() {
        assertThatThrownBy(() -> run(RegionProgram.Scenario.SNAPSHOTS, RegionProgram.Omission.REPEATABLE_READ))
                .isInstanceOf(RegionProgram.Violation.class)
                .hasMessageContaining("C3");
    }

    private static void run(RegionProgram.Scenario scenario, RegionProgram.Omission omission) {
        for (long seed = 0; seed < 10 * PROGRAMS; seed++) {
            RegionFixture region = new InMemoryRegion(new TestClock(), false);
            RegionProgram.run(seed, scenario, omission, List.of(region));
        }
    }
}
