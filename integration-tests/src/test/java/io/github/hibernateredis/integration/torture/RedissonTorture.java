package io.github.hibernateredis.integration.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A test of the suite itself: with redisson-hibernate it must find violations, otherwise it could find none here
 * either. Needs the profile {@code torture-redisson}, which adds that library. It prints what it finds.
 */
class RedissonTorture {

    @Test
    void findsWhatIsWrongWhileNothingFails() throws Exception {
        assertFound(Plan.of("redisson", Duration.ofSeconds(20)));
    }

    @Test
    void findsViolationsWhenAJvmIsKilled() throws Exception {
        assertFound(Plan.of("redisson-kill", Duration.ofSeconds(20)).with(Set.of(Fault.KILL_JVM)));
    }

    @Test
    void findsWhatIsWrongWhenRedisComesBackWithAnOldSnapshot() throws Exception {
        assertFound(Plan.of("redisson-restore", Duration.ofSeconds(20)).with(Set.of(Fault.RESTORE_REDIS)));
    }

    private static void assertFound(Plan plan) throws Exception {
        Outcome outcome = Torture.run(plan.of(Plan.Provider.REDISSON), Verdict.seed());
        assertThat(outcome.violations()).as("%s", outcome).isNotEmpty();
    }
}
