package io.github.hibernateredis.integration.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;

/** What is demanded of a run. */
final class Verdict {

    /** A machine that builds something else besides is slow, but nobody waits for Redis for so long. */
    private static final Duration LONG = Duration.ofSeconds(5);

    private static final Duration NOT_LONG = Duration.ofMillis(250);

    private Verdict() {}

    static long seed() {
        return Long.getLong("torture.seed", System.nanoTime());
    }

    static void assertRight(Outcome outcome) throws IOException {
        assertThat(outcome.violations()).as("%s", outcome).isEmpty();
        assertThat(outcome.atRest).as("%s", outcome).isEmpty();
        assertThat(outcome.failures).as("%s", outcome).isEmpty();
        assertThat(outcome.inOutages().longest()).as("%s", outcome).isLessThan(LONG);
        assertThat(outcome.inOutages().late99()).as("%s", outcome).isLessThan(NOT_LONG);
        assertThat(outcome.longestWithoutHits()).as("%s", outcome).isLessThan(LONG.multipliedBy(2));
        assertThat(outcome.naturalIdHits()).as("%s", outcome).isPositive();
        if (outcome.plan.faults().isEmpty()) { // each of them keeps values out for a while, results above all
            assertThat(outcome.queryHits()).as("%s", outcome).isPositive();
            assertThat(outcome.hits()).as("%s", outcome).isGreaterThan(outcome.transactions() / 4);
        }
        outcome.forget();
    }
}
