package io.github.hibernateredis.integration.torture;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The faults that the nemesis can cause. */
enum Fault {
    /** Some keys are lost, as if evicted. */
    LOSE_KEYS(Reach.NONE),
    FLUSH(Reach.NONE),
    /** SIGKILL; later Redis starts again without data. */
    KILL_REDIS(Reach.REDIS_IS_GONE),
    /** SIGKILL; later Redis starts again with an earlier snapshot. */
    RESTORE_REDIS(Reach.REDIS_IS_GONE),
    /** SIGSTOP and SIGCONT, for less than the timeout or for longer. */
    STOP_REDIS(Reach.ALL),
    /** Every connection is reset, and no new one is possible for a while. */
    CUT_ALL(Reach.ALL),
    CUT_ONE(Reach.ONE),
    /** Packets of one instance are lost, and its data arrives late or never. */
    SILENCE_ONE(Reach.ONE),
    /** Data from one instance arrives, but it gets no answers. */
    DEAFEN_ONE(Reach.ONE),
    /** SIGKILL. */
    KILL_JVM(Reach.NONE),
    /** SIGSTOP, for longer than the lease of a lock, and SIGCONT. */
    STOP_JVM(Reach.NONE),
    /** A JVM is killed while Redis is down, so that it cannot report its commits. */
    KILL_JVM_WHILE_REDIS_IS_GONE(Reach.REDIS_IS_GONE),
    /** When a stopped JVM continues, it finds another run of Redis with an old snapshot. */
    RESTORE_REDIS_WHILE_A_JVM_IS_STOPPED(Reach.REDIS_IS_GONE),
    /** A JVM is killed while it is disconnected: no other JVM can learn of its commits. */
    KILL_JVM_THAT_IS_CUT_OFF(Reach.ONE);

    /**
     * Which instances commit during a fault without being able to notify others who may still find older values in
     * Redis.
     */
    enum Reach {
        NONE,
        /** No instance finds anything. Redis comes back in another run, and none of its entries are used. */
        REDIS_IS_GONE,
        ONE,
        ALL
    }

    final Reach reach;

    Fault(Reach reach) {
        this.reach = reach;
    }

    /**
     * The faults after which nothing may be wrong for longer than they last. With the policy {@code available}, a JVM
     * that is killed while disconnected takes with it the information that others need.
     */
    static Set<Fault> of(Plan.Policy policy) {
        EnumSet<Fault> faults = EnumSet.allOf(Fault.class);
        if (policy == Plan.Policy.AVAILABLE) {
            faults.remove(KILL_JVM_THAT_IS_CUT_OFF);
        }
        return Collections.unmodifiableSet(faults);
    }
}
