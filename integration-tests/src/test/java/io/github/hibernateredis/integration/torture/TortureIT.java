package io.github.hibernateredis.integration.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * No value that several JVMs read through the cache is outdated, uncommitted or, at rest, different from the database.
 * No read fails, and none takes long. {@code LongTorture} runs this for longer.
 *
 * <p>{@code -Dtorture.seed=} repeats the choices of a run (not its timing), {@code -Dtorture.jvms=} and
 * {@code -Dtorture.threads=} set its size, {@code -Dtorture.settings=absent_ttl=1h,max_idle=1s} the settings of the
 * instances. The history of a failed run stays below {@code target/torture}.
 */
class TortureIT {

    @Test
    void readCommitted() throws Exception {
        Verdict.assertRight(Torture.run(Plan.of("committed", Duration.ofSeconds(8)), Verdict.seed()));
    }

    @Test
    void repeatableRead() throws Exception {
        Verdict.assertRight(
                Torture.run(Plan.of("repeatable", Duration.ofSeconds(5)).repeatable(), Verdict.seed()));
    }

    @Test
    void whateverHappens() throws Exception {
        Plan plan = Plan.of("available", Duration.ofSeconds(22)).with(Fault.of(Plan.Policy.AVAILABLE));
        Verdict.assertRight(Torture.run(plan, Verdict.seed()));
    }

    /** No instance reads outdated values, even while others are disconnected. The regions use every feature. */
    @Test
    void whateverHappensWhereWritesWaitForTheCache() throws Exception {
        Plan plan = Plan.of("consistent", Duration.ofSeconds(22))
                .with(Plan.Policy.CONSISTENT)
                .with(Fault.of(Plan.Policy.CONSISTENT));
        Verdict.assertRight(Torture.run(plan, Verdict.seed()));
    }

    /** Instances with near caches are at most a lease behind, and those without never. */
    @Test
    void nearCaches() throws Exception {
        Plan plan = Plan.of("near", Duration.ofSeconds(16))
                .near()
                .with(Plan.Policy.CONSISTENT)
                .with(Set.of(Fault.LOSE_MESSAGES, Fault.LOSE_KEYS, Fault.STOP_JVM, Fault.CUT_ONE));
        Verdict.assertRight(Torture.run(plan, Verdict.seed()));
    }

    /** A test of the suite itself: it must detect instances that do not share their cache. */
    @Test
    void nodesThatDoNotHearOfEachOtherAreFoundOut() throws Exception {
        Outcome outcome = Torture.run(Plan.of("deaf", Duration.ofSeconds(3)).unshared(), Verdict.seed());
        assertThat(outcome.violations()).isNotEmpty();
        outcome.forget();
    }
}
