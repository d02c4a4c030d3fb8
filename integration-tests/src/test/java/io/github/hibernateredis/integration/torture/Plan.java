package io.github.hibernateredis.integration.torture;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of one run of the suite.
 *
 * @param name the name of its folder and its keys
 * @param provider the provider under test
 * @param isolation a constant of {@link Connection}
 * @param policy the outage policy
 * @param faults the faults that the nemesis may cause
 * @param jvms how many JVMs run at the same time
 * @param threads how many threads of each JVM run transactions
 * @param time the duration
 * @param shared false: each JVM has a separate cache, so that no instance learns of the others' writes
 */
record Plan(
        String name,
        Provider provider,
        int isolation,
        Policy policy,
        Set<Fault> faults,
        int jvms,
        int threads,
        Duration time,
        boolean shared) {

    /** The provider under test. */
    enum Provider {
        OURS,
        REDISSON
    }

    /** What a write does if it cannot be confirmed in the cache. */
    enum Policy {
        AVAILABLE,
        CONSISTENT
    }

    /** Two JVMs without faults. */
    static Plan of(String name, Duration time) {
        return new Plan(
                name,
                Provider.OURS,
                Connection.TRANSACTION_READ_COMMITTED,
                Policy.AVAILABLE,
                Set.of(),
                Integer.getInteger("torture.jvms", 2),
                Integer.getInteger("torture.threads", 3),
                time,
                true);
    }

    Plan of(Provider other) {
        return new Plan(name, other, isolation, policy, faults, jvms, threads, time, shared);
    }

    Plan repeatable() {
        int repeatable = Connection.TRANSACTION_REPEATABLE_READ;
        return new Plan(name, provider, repeatable, policy, faults, jvms, threads, time, shared);
    }

    Plan with(Policy other) {
        return new Plan(name, provider, isolation, other, faults, jvms, threads, time, shared);
    }

    Plan with(Set<Fault> others) {
        return new Plan(name, provider, isolation, policy, others, jvms, threads, time, shared);
    }

    Plan unshared() {
        return new Plan(name, provider, isolation, policy, faults, jvms, threads, time, false);
    }

    boolean isRepeatable() {
        return isolation >= Connection.TRANSACTION_REPEATABLE_READ;
    }

    /** Whether to omit strategies without locks: they keep their guarantees only while nothing crashes. */
    boolean locksOnly() {
        return !Set.of(Fault.LOSE_KEYS, Fault.FLUSH).containsAll(faults);
    }

    /**
     * Whether others may learn late of the commits of an instance that the fault has disconnected. When Redis comes
     * back, an instance that has not reconnected yet is separated from those that have.
     */
    boolean tolerates(Fault fault) {
        return policy == Policy.AVAILABLE && fault.reach != Fault.Reach.NONE;
    }

    /** For the command line of a worker. */
    List<String> words() {
        return List.of(
                name,
                provider.name(),
                Integer.toString(isolation),
                policy.name(),
                "faults" + faults.stream().map(fault -> "," + fault.name()).collect(Collectors.joining()),
                Integer.toString(jvms),
                Integer.toString(threads),
                Long.toString(time.toSeconds()),
                Boolean.toString(shared));
    }

    /** Removes the result of {@link #words()} from the list, and parses it. */
    static Plan parse(List<String> words) {
        List<String> mine = new ArrayList<>(words.subList(0, 9));
        words.subList(0, 9).clear();
        return new Plan(
                mine.get(0),
                Provider.valueOf(mine.get(1)),
                Integer.parseInt(mine.get(2)),
                Policy.valueOf(mine.get(3)),
                Arrays.stream(mine.get(4).split(","))
                        .skip(1)
                        .map(Fault::valueOf)
                        .collect(Collectors.toSet()),
                Integer.parseInt(mine.get(5)),
                Integer.parseInt(mine.get(6)),
                Duration.ofSeconds(Long.parseLong(mine.get(7))),
                Boolean.parseBoolean(mine.get(8)));
    }
}
