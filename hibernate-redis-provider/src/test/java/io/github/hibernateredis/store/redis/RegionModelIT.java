package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.InMemoryRegion;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionProgram.Omission;
import io.github.hibernateredis.store.RegionProgram.Scenario;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs random programs on the scripts and on the model in parallel: both must answer the same, and no hit may be wrong.
 * A failure prints the program and its seed. {@code -Dseed=} sets the first seed, {@code -Dprograms=} the number of
 * programs for each scenario.
 */
final class RegionModelIT {

    private static final RedisCommands REDIS = SharedRedis.connect();

    @ParameterizedTest
    @EnumSource
    void scriptsDoAsTheModelDoes(Scenario scenario) {
        RedisConnection sweepingNever =
                new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.SWEEPING_NEVER);
        RedisConnection sweepingAlways =
                new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.SWEEPING_ALWAYS);
        long first = Long.getLong("seed", System.nanoTime());
        long programs = Long.getLong("programs", 60);
        for (long seed = first; seed < first + programs; seed++) {
            boolean sweeping = seed % 2 == 0;
            TestClock clock = new TestClock();
            try (RedisRegion redis = new RedisRegion(clock, sweeping ? sweepingAlways : sweepingNever, REDIS);
                    InMemoryRegion model = new InMemoryRegion(clock, sweeping)) {
                RegionProgram.run(seed, scenario, Omission.NOTHING, List.of(redis, model));
            }
        }
    }
}
