package io.github.hibernateredis.integration.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;

/** The requirements for a run. */
final class Verdict {

    /** No read takes this long without a fault, not even on a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(3);

    private static final Duration NOT_LONG = Duration.ofMillis(100);
    private static final int BUSY = 5;

    /** How long it may take until there are hits again. */
    private static final Duration BACK = Duration.ofSeconds(10);

    private Verdict() {}

    static long seed() {
        return Long.getLong("torture.seed", System.nanoTime());
    }

    static void assertRight(Outcome outcome) throws IOException {
        assertThat(outcome.violations()).as("%s", outcome).isEmpty();
        assertThat(outcome.atRest).as("%s", outcome).isEmpty();
        assertThat(outcome.failures).as("%s", outcome).isEmpty();
        Outcome.Latency well = outcome.whenAllIsWell();
        Outcome.Latency ill = outcome.inOutages();
        assertThat(ill.longest()).as("%s", outcome).isLessThan(LONG.plus(well.longest()));
        assertThat(ill.late99())
                .as("%s", outcome)
                .isLessThan(NOT_LONG.plus(well.late99().multipliedBy(BUSY)));
        assertThat(outcome.longestWithoutHits()).as("%s", outcome).isLessThan(BACK);
        assertThat(outcome.naturalIdHits()).as("%s", outcome).isPositive();
        if (outcome.plan.faults().isEmpty()) { // each fault prevents hits for a while, mainly of query results
            assertThat(outcome.queryHits()).as("%s", outcome).isPositive();
            assertThat(outcome.hits()).as("%s", outcome).isGreaterThan(outcome.transactions() / 4);
        }
        outcome.forget();
    }
}
