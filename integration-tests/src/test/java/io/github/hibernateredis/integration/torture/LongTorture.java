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
 * What {@link TortureIT} does, for {@code -Dtorture.minutes=}: one run after the other, each with a seed of its own, by turns
 * with both outage policies and both isolation levels; with near caches on some JVMs by {@code -Dtorture.near=true}. It goes on after a run that fails, and tells all of them at the end.
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

    /** The seed decides that as well, so that it repeats any of them. */
    private static Plan plan(long seed) {
        Plan.Policy policy = Plan.Policy.values()[Math.floorMod(seed, 2)];
        Plan plan = Plan.of("long-" + policy, EACH).with(policy).with(faults(policy));
        if (NEAR) {
            plan = plan.near();
        }
        return Math.floorMod(seed / 2, 3) == 0 ? plan.repeatable() : plan;
    }

    /** All of them, or those named by {@code -Dtorture.faults=}, with commas. */
    private static Set<Fault> faults(Plan.Policy policy) {
        String named = System.getProperty("torture.faults", "");
        Set<Fault> all = NEAR ? Fault.ofNear(policy) : Fault.of(policy);
        return named.isEmpty()
                ? all
                : Arrays.stream(named.split(",")).map(Fault::valueOf).collect(Collectors.toSet());
    }

    @AfterEach
    void tell() {
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " runs failed");
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
