package io.github.hibernateredis.integration.torture;

import io.github.hibernateredis.testing.Topology;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same as {@link TortureIT} on several servers. JVMs are killed; what servers do is up to {@code FailoverIT}. */
class TortureOnTopologiesIT {

    @ParameterizedTest
    @EnumSource(names = {"CLUSTER", "SENTINEL"})
    void whileJvmsAreKilled(Topology topology) throws Exception {
        Plan plan = Plan.of(topology.name().toLowerCase(Locale.ROOT), Duration.ofSeconds(8))
                .with(Set.of(Fault.KILL_JVM));
        Verdict.assertRight(Torture.run(plan, Verdict.seed(), topology.settings()));
    }
}
