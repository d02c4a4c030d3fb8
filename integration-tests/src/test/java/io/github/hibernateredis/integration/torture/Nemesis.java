package io.github.hibernateredis.integration.torture;

import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Causes one fault after another, in an order and with pauses that the seed determines: each of the plan's faults once,
 * and then again. Every fault is undone when {@link #strike()} returns. Not thread safe.
 */
final class Nemesis {

    /** The lease of a lock. */
    static final Duration LEASE = Duration.ofSeconds(2);

    /** The timeout of one cache operation: short enough to cause failures, longer than a busy machine needs. */
    static final Duration BUDGET = Duration.ofMillis(500);

    /**
     * When an instance has noticed that it is connected again and has notified the others: a reconnect of the client,
     * and a heartbeat.
     */
    static final Duration SETTLED = Duration.ofSeconds(5);

    /**
     * A fault that was caused.
     *
     * @param node the instance; {@link History.Cut#ALL} for all of them, or for Redis
     * @param end when it was undone
     */
    record Strike(Fault fault, int node, long begin, long end) {

        boolean lasted() {
            return fault != Fault.LOSE_KEYS && fault != Fault.FLUSH && fault != Fault.KILL_JVM;
        }
    }

    private final Plan plan;
    private final RedisServer redis;
    private final Crew crew;
    private final Random random;
    private final List<Fault> next = new ArrayList<>();
    private final List<Strike> strikes = new ArrayList<>();

    Nemesis(Plan plan, RedisServer redis, Crew crew, long seed) {
        this.plan = plan;
        this.redis = redis;
        this.crew = crew;
        this.random = new Random(seed);
    }

    List<Strike> strikes() {
        return strikes;
    }

    /** Whether all commits of disconnected instances must be known everywhere. */
    boolean isSettled() {
        long now = System.nanoTime();
        return strikes.stream()
                .noneMatch(strike -> plan.tolerates(strike.fault()) && now - strike.end() < SETTLED.toNanos());
    }

    /** The next fault, from its start to its end. */
    void strike() throws IOException, InterruptedException {
        if (next.isEmpty()) {
            next.addAll(plan.faults().stream().sorted().toList());
            Collections.shuffle(next, random);
        }
        Fault fault = next.remove(0);
        Crew.Member victim = crew.members().get(random.nextInt(crew.members().size()));
        long begin = System.nanoTime();
        run(fault, victim);
        int node = fault.reach == Fault.Reach.ONE || fault == Fault.STOP_JVM ? victim.number() : History.Cut.ALL;
        strikes.add(new Strike(fault, node, begin, System.nanoTime()));
        crew.fill();
    }

    private void run(Fault fault, Crew.Member victim) throws IOException, InterruptedException {
        switch (fault) {
            case LOSE_KEYS -> loseKeys();
            case FLUSH -> flush();
            case KILL_REDIS -> {
                redis.kill();
                pass(0, 1500);
                redis.restartEmpty();
            }
            case RESTORE_REDIS -> {
                save();
                pass(200, 1000);
                redis.kill();
                pass(0, 1500);
                redis.restart();
            }
            case STOP_REDIS -> {
                redis.pause();
                try {
                    pass(BUDGET.toMillis() / 5, 5 * BUDGET.toMillis());
                } finally {
                    redis.resume();
                }
            }
            case CUT_ALL -> {
                crew.members().forEach(member -> member.cable().cut());
                pass(100, 2000);
                crew.members().forEach(member -> member.cable().restore());
            }
            case CUT_ONE -> {
                victim.cable().cut();
                pass(100, 2000);
                victim.cable().restore();
            }
            case SILENCE_ONE -> {
                victim.cable().silence();
                pass(BUDGET.toMillis(), 4 * BUDGET.toMillis());
                restore(victim);
            }
            case DEAFEN_ONE -> {
                victim.cable().deafen();
                pass(BUDGET.toMillis(), 4 * BUDGET.toMillis());
                restore(victim);
            }
            case KILL_JVM -> crew.kill(victim);
            case STOP_JVM -> {
                victim.jvm().pause();
                pass(LEASE.toMillis() + 200, LEASE.toMillis() + 1000);
                victim.jvm().resume();
            }
            case KILL_JVM_WHILE_REDIS_IS_GONE -> {
                save();
                pass(200, 1000);
                redis.kill();
                pass(200, 1000);
                crew.kill(victim);
                redis.restart();
            }
            case RESTORE_REDIS_WHILE_A_JVM_IS_STOPPED -> {
                save();
                victim.jvm().pause();
                pass(200, 1000);
                redis.restart();
                pass(200, 1000);
                victim.jvm().resume();
            }
            case KILL_JVM_THAT_IS_CUT_OFF -> {
                if (random.nextBoolean()) {
                    victim.cable().silence();
                } else {
                    victim.cable().deafen();
                }
                pass(100, 4 * BUDGET.toMillis());
                crew.kill(victim);
            }
        }
    }

    private void restore(Crew.Member victim) {
        if (random.nextBoolean()) {
            victim.cable().restore();
        } else {
            victim.cable().restoreWithLoss();
        }
    }

    private void loseKeys() {
        try (RedisCommands commands = redis.connect()) {
            List<String> keys = new ArrayList<>(commands.keys("*"));
            Collections.shuffle(keys, random);
            keys.stream().limit(1 + random.nextInt(4)).forEach(key -> commands.call("DEL", key));
        }
    }

    private void flush() {
        try (RedisCommands commands = redis.connect()) {
            commands.flushAll();
        }
    }

    private void save() {
        try (RedisCommands commands = redis.connect()) {
            commands.call("SAVE");
        }
    }

    /** The load is the test; no synchronization depends on this. */
    void pass(long atLeastMillis, long atMostMillis) throws InterruptedException {
        Thread.sleep(atLeastMillis + random.nextInt((int) (atMostMillis - atLeastMillis) + 1));
    }
}
