package io.github.hibernateredis.integration.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Nothing that several JVMs read through the cache is older than what had been committed, uncommitted, or, once all is
 * quiet, different from the database; no read fails, and none waits for long. {@code LongTorture} does more of it.
 *
 * <p>{@code -Dtorture.seed=} repeats the choices of a run (not its timing), {@code -Dtorture.jvms=} and
 * {@code -Dtorture.threads=} set its size, {@code -Dtorture.settings=load_wait=200ms,absent_ttl=1h} its settings. The history of a run that fails stays below {@code target/torture}.
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

    /** Nobody reads anything outdated even while others are cut off. The regions do here all that they can do. */
    @Test
    void whateverHappensWhereWritesWaitForTheCache() throws Exception {
        Plan plan = Plan.of("consistent", Duration.ofSeconds(22))
                .with(Plan.Policy.CONSISTENT)
                .with(Fault.of(Plan.Policy.CONSISTENT));
        Verdict.assertRight(Torture.run(plan, Verdict.seed()));
    }

    /** The suite itself: nodes that do not share their cache must be found out. */
    @Test
    void nodesThatDoNotHearOfEachOtherAreFoundOut() throws Exception {
        Outcome outcome = Torture.run(Plan.of("deaf", Duration.ofSeconds(3)).unshared(), Verdict.seed());
        assertThat(outcome.violations()).isNotEmpty();
        outcome.forget();
    }
}
