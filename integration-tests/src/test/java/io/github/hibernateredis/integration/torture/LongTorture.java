package io.github.hibernateredis.integration.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Runs {@link TortureIT} for {@code -Dtorture.minutes=}: one run after another, each with its own seed, alternating
 * between both outage policies and both isolation levels. It continues after a failed run, and reports all failures at
 * the end. With {@code -Dtorture.near=true} some JVMs have near caches.
 */
class LongTorture {

    private static final Duration EACH = Duration.ofSeconds(60);

    private static final boolean NEAR = Boolean.getBoolean("torture.near");

    private final List<AssertionError> failures = new ArrayList<>();

    @Test
    void hoursOnEnd() throws Exception {
        long end = System.nanoTime()
                + Duration.ofMinutes(Integer.getInteger("torture.minutes", 10)).toNanos();
        long seed = Verdict.seed();
        for (int run = 0; System.nanoTime() - end < 0; run++) {
            Outcome outcome = Torture.run(plan(seed + run), seed + run);
            try {
                Verdict.assertRight(outcome);
            } catch (AssertionError e) {
                failures.add(e);
            }
        }
    }

    /** The seed also determines the plan, so that it repeats any of the runs. */
    private static Plan plan(long seed) {
        Plan.Policy policy = Plan.Policy.values()[Math.floorMod(seed, 2)];
        Plan plan = Plan.of("long-" + policy, EACH).with(policy).with(faults(policy));
        if (NEAR) {
            plan = plan.near();
        }
        return Math.floorMod(seed / 2, 3) == 0 ? plan.repeatable() : plan;
    }

    /** All faults, or the comma-separated ones in {@code -Dtorture.faults=}. */
    private static Set<Fault> faults(Plan.Policy policy) {
        String named = System.getProperty("torture.faults", "");
        Set<Fault> all = NEAR ? Fault.ofNear(policy) : Fault.of(policy);
        return named.isEmpty()
                ? all
                : Arrays.stream(named.split(",")).map(Fault::valueOf).collect(Collectors.toSet());
    }

    @AfterEach
    void report() {
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " runs failed");
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
