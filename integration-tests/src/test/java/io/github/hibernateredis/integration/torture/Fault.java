package io.github.hibernateredis.integration.torture;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What the nemesis can do. */
enum Fault {
    /** Some keys are gone, as if evicted. */
    LOSE_KEYS(Reach.NONE),
    FLUSH(Reach.NONE),
    /** SIGKILL; after a while Redis comes back without data. */
    KILL_REDIS(Reach.REDIS_IS_GONE),
    /** SIGKILL; after a while Redis comes back as it was some time before. */
    RESTORE_REDIS(Reach.REDIS_IS_GONE),
    /** SIGSTOP and SIGCONT, for less than the timeout or for longer. */
    STOP_REDIS(Reach.ALL),
    /** Every connection is reset, and none can be made for a while. */
    CUT_ALL(Reach.ALL),
    CUT_ONE(Reach.ONE),
    /** Packets of one node vanish, and what was sent arrives late or never. */
    SILENCE_ONE(Reach.ONE),
    /** What one node sends arrives, but it gets no answers. */
    DEAFEN_ONE(Reach.ONE),
    /** SIGKILL. */
    KILL_JVM(Reach.NONE),
    /** SIGSTOP, for longer than a lock lives, and SIGCONT. */
    STOP_JVM(Reach.NONE),
    /** A JVM is killed that could not tell Redis what it has committed, because that is gone. */
    KILL_JVM_WHILE_REDIS_IS_GONE(Reach.REDIS_IS_GONE),
    /** What a JVM finds when it goes on is another run of Redis with an old snapshot. */
    RESTORE_REDIS_WHILE_A_JVM_IS_STOPPED(Reach.REDIS_IS_GONE),
    /** A JVM that is cut off is killed: nobody will ever learn what it has committed. */
    KILL_JVM_THAT_IS_CUT_OFF(Reach.ONE),
    /** Messages to near caches are lost, or late. */
    LOSE_MESSAGES(Reach.NONE);

    /** Who commits while a fault lasts, and cannot tell others who may still find older values in Redis. */
    enum Reach {
        NONE,
        /** Nobody finds anything. What comes back is another run, of which nothing is used. */
        REDIS_IS_GONE,
        ONE,
        ALL
    }

    final Reach reach;

    Fault(Reach reach) {
        this.reach = reach;
    }

    /** The same where there are near caches. */
    static Set<Fault> ofNear(Plan.Policy policy) {
        EnumSet<Fault> faults = EnumSet.copyOf(of(policy));
        faults.add(LOSE_MESSAGES);
        return Collections.unmodifiableSet(faults);
    }

    /**
     * The faults after which nothing may be wrong for longer than they last. With the policy {@code available} a JVM that
     * is killed while it is cut off takes with it what others would have to know.
     */
    static Set<Fault> of(Plan.Policy policy) {
        EnumSet<Fault> faults = EnumSet.complementOf(EnumSet.of(LOSE_MESSAGES));
        if (policy == Plan.Policy.AVAILABLE) {
            faults.remove(KILL_JVM_THAT_IS_CUT_OFF);
        }
        return Collections.unmodifiableSet(faults);
    }
}
