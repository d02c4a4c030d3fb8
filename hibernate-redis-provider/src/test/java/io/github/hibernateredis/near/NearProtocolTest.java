package io.github.hibernateredis.near;

import static io.github.hibernateredis.near.NearWorld.Kind.HEARTBEAT;
import static io.github.hibernateredis.near.NearWorld.Kind.OTHER;
import static io.github.hibernateredis.near.NearWorld.Kind.OWN;
import static io.github.hibernateredis.near.NearWorld.Kind.READ;
import static io.github.hibernateredis.near.NearWorld.Kind.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.near.NearWorld.Event;
import io.github.hibernateredis.near.NearWorld.Kind;
import io.github.hibernateredis.near.NearWorld.Rule;
import io.github.hibernateredis.near.NearWorld.Violation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Explores every interleaving of a few participants with the code of the near cache itself. No near hit is older than
 * the commits one lease ago, or than the instance's own commits. If nothing is lost or in progress, it is the latest
 * commit. Without any one of the rules, some interleaving shows such a hit.
 */
final class NearProtocolTest {

    /** If a rule is removed, the search ends here at the latest. */
    private static final int MOST_STATES = 600_000;

    enum Scenario {
        A_WRITER(List.of(WRITE, READ, READ, READ), Map.of(Event.TICK, 2)),
        TWO_WRITERS(List.of(WRITE, WRITE, READ, READ), Map.of(Event.TICK, 1)),
        OWN_WRITER(List.of(OWN, READ, READ, READ), Map.of(Event.TICK, 1)),
        OWN_WRITER_AND_ANOTHER(List.of(OWN, WRITE, READ, READ), Map.of(Event.TICK, 1)),
        LATE_HEARTBEAT(List.of(WRITE, READ, READ, HEARTBEAT), Map.of(Event.TICK, 2)),
        LATE_HEARTBEATS(List.of(WRITE, READ, HEARTBEAT, HEARTBEAT), Map.of(Event.TICK, 2)),
        A_LOST_MESSAGE(List.of(WRITE, OTHER, READ, HEARTBEAT), Map.of(Event.TICK, 2, Event.LOSE, 1), true),
        A_LOST_MESSAGE_AND_A_HEARTBEAT(List.of(WRITE, READ, READ, HEARTBEAT), Map.of(Event.TICK, 2, Event.LOSE, 1)),
        NO_SUBSCRIBER(List.of(WRITE, READ, READ, HEARTBEAT), Map.of(Event.TICK, 2, Event.LAPSE, 1)),
        LOSS_OF_ALL(List.of(WRITE, READ, READ, HEARTBEAT), Map.of(Event.TICK, 2, Event.LOSE_ALL, 1)),
        OWN_WRITER_AND_LOSS_OF_ALL(List.of(OWN, READ, READ, HEARTBEAT), Map.of(Event.TICK, 1, Event.LOSE_ALL, 1)),
        OWN_WRITER_AND_LATER_HEARTBEATS(
                List.of(OWN, READ, HEARTBEAT, HEARTBEAT), Map.of(Event.TICK, 1, Event.LOSE_ALL, 1)),
        A_WRITER_DIES(List.of(WRITE, READ, READ, HEARTBEAT), Map.of(Event.TICK, 2, Event.CRASH, 1));

        private final List<Kind> kinds;
        private final Map<Event, Integer> events;
        private final boolean filled;

        Scenario(List<Kind> kinds, Map<Event, Integer> events) {
            this(kinds, events, false);
        }

        /** @param filled whether a value is kept from the start */
        Scenario(List<Kind> kinds, Map<Event, Integer> events, boolean filled) {
            this.kinds = kinds;
            this.events = events;
            this.filled = filled;
        }
    }

    @ParameterizedTest
    @EnumSource
    void noHitIsTooOld(Scenario scenario) {
        assertThat(explore(scenario, null)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleSomeHitIsTooOld(Rule rule) {
        assertThat(explore(revealing(rule), rule))
                .as("a hit that is too old without " + rule)
                .isNotNull();
    }

    private static Scenario revealing(Rule rule) {
        return switch (rule) {
            case LOCK_PUBLISHES -> Scenario.LATE_HEARTBEAT;
            case LEASE, FILL_FENCE, RECHECK -> Scenario.A_WRITER;
            case GAP -> Scenario.A_LOST_MESSAGE;
            case HEARTBEAT_COMPARES, LEASE_FROM_SENDING -> Scenario.LATE_HEARTBEAT;
            case OWN_FLOOR, OWN_WRITING -> Scenario.OWN_WRITER;
            case FLOOR_RISES -> Scenario.OWN_WRITER_AND_ANOTHER;
            case COUNT_UNHEARD -> Scenario.NO_SUBSCRIBER;
            case EPOCH -> Scenario.LOSS_OF_ALL;
            case FORMER_EPOCH -> Scenario.OWN_WRITER_AND_LOSS_OF_ALL;
        };
    }

    /** Each state is reached by its path from the start, because the code under test cannot be copied. */
    private static @Nullable String explore(Scenario scenario, @Nullable Rule broken) {
        Deque<int[]> open = new ArrayDeque<>(List.of(new int[0]));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty() && seen.size() < MOST_STATES) {
            int[] path = open.removeLast();
            int steps = walk(scenario, broken, path).steps().size();
            for (int step = 0; step < steps; step++) {
                int[] longer = Arrays.copyOf(path, path.length + 1);
                longer[path.length] = step;
                try {
                    if (seen.add(walk(scenario, broken, longer).state())) {
                        open.add(longer);
                    }
                } catch (Violation violation) {
                    return violation.getMessage() + " on the way " + Arrays.toString(longer);
                }
            }
        }
        return null;
    }

    private static NearWorld walk(Scenario scenario, @Nullable Rule broken, int[] path) {
        NearWorld world = new NearWorld(scenario.kinds, scenario.events, scenario.filled, broken);
        for (int step : path) {
            world.steps().get(step).run();
        }
        return world;
    }
}
