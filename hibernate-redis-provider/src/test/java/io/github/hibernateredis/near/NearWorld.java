package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Invalidations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One key, one instance with a near cache, which is the code under test, and a model of everything else: the segment in
 * Redis, writers on other instances, and the channel. A value is the number of the commit that wrote the row. Time runs
 * in ticks.
 */
final class NearWorld {

    private static final String SEGMENT = "segment";
    private static final String KEY = "key";
    private static final String OTHER_KEY = "other";

    /** A value may be used in the tick in which the heartbeat was sent, and in the next one. */
    private static final int LEASE = 1;

    /** The rules that the code under test, or the scripts, can be made to break. */
    enum Rule {
        LOCK_PUBLISHES,
        GAP,
        HEARTBEAT_COMPARES,
        LEASE_FROM_SENDING,
        LEASE,
        FILL_FENCE,
        RECHECK,
        OWN_FLOOR,
        OWN_WRITING,
        FLOOR_RISES,
        COUNT_UNHEARD,
        EPOCH,
        FORMER_EPOCH
    }

    /** The participants. */
    enum Kind {
        READ,
        WRITE,
        OWN,
        OTHER,
        HEARTBEAT
    }

    /** The events, and how often each may occur. */
    enum Event {
        TICK,
        LOSE,
        LAPSE,
        LOSE_ALL,
        CRASH
    }

    /** A near hit that must not occur. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    private record Message(int epoch, long number, String key) {}

    private static final class Participant {
        final Kind kind;
        String step;
        int epoch;
        long number;

        @Nullable
        Integer value;

        NearSegment.@Nullable Generation generation;
        long sent;

        Participant(Kind kind) {
            this.kind = kind;
            this.step = kind == Kind.READ ? "look" : "send";
        }

        boolean isQuiet() {
            return List.of("look", "done", "lock", "send", "commit").contains(step);
        }

        @Override
        public String toString() {
            return kind + " " + step + " " + epoch + ":" + number + " " + value + " " + sent;
        }
    }

    /** The instance under test. Its store holds one value. */
    private final class Instance extends Follower {

        private @Nullable Integer entry;
        private NearSegment.@Nullable Generation generation;

        Instance(LongFunction<NearSegment> maker) {
            super("owner", LEASE + 1, 1000, () -> now, maker);
        }

        @Override
        String segmentOf(String key) {
            return SEGMENT;
        }

        @Override
        void drop(String key) {
            if (key.equals(KEY)) {
                entry = null;
            }
        }

        @Override
        void dropAll() {
            entry = null;
        }

        @Override
        boolean isReadable(String key) {
            return broken == Rule.OWN_WRITING || super.isReadable(key);
        }

        @Nullable
        Integer near() {
            NearSegment.Generation kept = generation;
            return entry != null && kept != null && kept.isUsable(now) && isReadable(KEY) ? entry : null;
        }
    }

    private final class Segment extends NearSegment {

        private boolean begun;

        Segment(long lease) {
            super(lease, () -> now);
        }

        @Override
        boolean isGap(long count) {
            return broken != Rule.GAP && super.isGap(count);
        }

        @Override
        boolean mustBeHeard() {
            return broken != Rule.HEARTBEAT_COMPARES && super.mustBeHeard();
        }

        @Override
        long leaseBegin(long sentAt) {
            return broken == Rule.LEASE_FROM_SENDING ? now : super.leaseBegin(sentAt);
        }

        @Override
        boolean isFromBeforeLoss(long sentAt) {
            return broken != Rule.FORMER_EPOCH && super.isFromBeforeLoss(sentAt);
        }

        @Override
        boolean isWithinLease(long nanos) {
            return broken == Rule.LEASE || super.isWithinLease(nanos);
        }

        @Override
        boolean isAbove(long count, long floor) {
            return broken == Rule.FILL_FENCE || super.isAbove(count, floor);
        }

        @Override
        synchronized void written(String key) {
            if (broken != Rule.OWN_FLOOR) {
                super.written(key);
            }
        }

        @Override
        long raised(long floor, long count) {
            return broken == Rule.FLOOR_RISES ? count : super.raised(floor, count);
        }

        @Override
        boolean isOther(String name) {
            boolean first = !begun;
            begun = true;
            return first || broken != Rule.EPOCH && super.isOther(name);
        }
    }

    private final @Nullable Rule broken;
    private final List<Participant> participants = new ArrayList<>();
    private final Map<Event, Integer> budget = new EnumMap<>(Event.class);
    private final Deque<Message> channel = new ArrayDeque<>();
    private final Instance node;
    private final List<Integer> past = new ArrayList<>(List.of(0));
    private int epoch = 1;
    private long number;
    private @Nullable Integer item = 0;
    private int locked;
    private boolean flag = true;
    private int db;
    private int now;
    private int own;
    private boolean lost;
    private @Nullable NearSegment segment;

    NearWorld(List<Kind> kinds, Map<Event, Integer> events, boolean filled, @Nullable Rule broken) {
        this.broken = broken;
        kinds.forEach(kind -> participants.add(new Participant(kind)));
        budget.putAll(events);
        this.node = new Instance(lease -> {
            segment = new Segment(lease);
            return segment;
        });
        node.heartbeat(at(epoch, 0), 0);
        if (filled) {
            node.entry = item;
            node.generation = Objects.requireNonNull(segment).generation();
        }
    }

    private static Invalidations at(int epoch, long number) {
        return new Invalidations(SEGMENT, String.valueOf(epoch), number);
    }

    /** The complete state as text. */
    String state() {
        NearSegment known = Objects.requireNonNull(segment);
        return epoch + " " + number + " " + item + " " + locked + " " + flag + " " + db + " " + now + " " + own + " "
                + lost
                + " " + past + " " + channel + " " + participants + " " + budget + " | " + known + " "
                + known.floor(KEY) + " " + node.entry + " " + (known.generation() == node.generation) + " "
                + participants.stream()
                        .map(each -> each.generation == known.generation())
                        .toList();
    }

    /** The possible next steps. */
    List<Runnable> steps() {
        List<Runnable> steps = new ArrayList<>();
        for (Participant each : participants) {
            if (!each.step.equals("done")) {
                steps.add(() -> move(each));
                if (each.kind == Kind.WRITE && each.step.equals("commit") && left(Event.CRASH)) {
                    steps.add(() -> {
                        use(Event.CRASH);
                        db++;
                        each.step = "done";
                    });
                }
            }
        }
        if (!channel.isEmpty()) {
            steps.add(() -> {
                Message message = channel.remove();
                node.published(at(message.epoch, message.number), List.of(message.key));
            });
        }
        if (!channel.isEmpty() && left(Event.LOSE)) {
            steps.add(() -> {
                use(Event.LOSE);
                channel.remove();
                lost = true;
            });
        }
        if (left(Event.TICK)) {
            steps.add(() -> {
                use(Event.TICK);
                now++;
                past.add(db);
            });
        }
        if (left(Event.LAPSE)) {
            steps.add(() -> {
                use(Event.LAPSE);
                flag = false;
                lost = true;
            });
        }
        if (left(Event.LOSE_ALL)) { // like a restart without data
            steps.add(() -> {
                use(Event.LOSE_ALL);
                epoch++;
                number = 0;
                item = null;
                locked = 0;
                flag = false;
                lost = true;
            });
        }
        return steps;
    }

    private boolean left(Event event) {
        return budget.getOrDefault(event, 0) > 0;
    }

    private void use(Event event) {
        budget.merge(event, -1, Integer::sum);
    }

    private void move(Participant each) {
        switch (each.kind) {
            case READ -> read(each);
            case WRITE, OWN -> write(each, each.kind == Kind.OWN);
            case OTHER -> {
                invalidate(OTHER_KEY);
                each.step = "done";
            }
            case HEARTBEAT -> heartbeat(each);
        }
    }

    /** Always counts, and notifies the subscribers. */
    private void invalidate(String key) {
        if (!flag && broken == Rule.COUNT_UNHEARD) {
            return;
        }
        number++;
        if (flag) {
            channel.add(new Message(epoch, number, key));
        }
    }

    private void read(Participant each) {
        switch (each.step) {
            case "look" -> {
                Integer near = node.near();
                if (near == null) {
                    each.epoch = epoch;
                    each.number = number;
                    each.value = item;
                    each.step = "reply";
                } else {
                    judge(near);
                    each.step = "done";
                }
            }
            case "reply" -> {
                each.generation = each.value == null ? null : node.admit(KEY, at(each.epoch, each.number));
                each.step = each.generation == null ? "done" : "insert";
            }
            default -> {
                node.entry = each.value;
                node.generation = each.generation;
                each.step = "done";
                if (broken != Rule.RECHECK) {
                    node.isStillAdmitted(KEY, at(each.epoch, each.number));
                }
            }
        }
    }

    private void judge(int near) {
        int due = past.get(Math.max(0, now - LEASE));
        if (near < due) {
            throw new Violation("N1: near hit " + near + "; " + due + " was committed a lease ago");
        }
        if (near < own) {
            throw new Violation("N2: near hit " + near + ", but this instance has committed " + own);
        }
        if (channel.isEmpty() && participants.stream().allMatch(Participant::isQuiet) && !lost && near < db) {
            throw new Violation("N3: near hit " + near + ", though " + db + " is committed and nothing is on its way");
        }
    }

    private void write(Participant each, boolean isOwn) {
        String id = "lock" + participants.indexOf(each);
        switch (each.step) {
            case "send" -> {
                if (isOwn) {
                    node.begin(KEY, id);
                }
                each.step = "lock";
            }
            case "lock" -> {
                if (broken != Rule.LOCK_PUBLISHES) {
                    invalidate(KEY);
                }
                item = null;
                locked++;
                if (isOwn) {
                    node.counted(at(epoch, number));
                }
                each.step = "commit";
            }
            case "commit" -> {
                each.value = ++db;
                own = isOwn ? db : own;
                each.step = "unlock";
            }
            case "unlock" -> {
                boolean held = locked > 0;
                item = locked == 1 && each.value == db ? each.value : null;
                locked = Math.max(0, locked - 1);
                if (!held || broken == Rule.LOCK_PUBLISHES) {
                    invalidate(KEY); // the end of a lost lock is an eviction
                }
                each.epoch = epoch;
                each.number = number;
                each.step = isOwn ? "answer" : "done";
            }
            default -> {
                node.counted(at(each.epoch, each.number));
                node.end(KEY, id);
                each.step = "done";
            }
        }
    }

    private void heartbeat(Participant each) {
        switch (each.step) {
            case "send" -> {
                each.sent = now;
                each.step = "asked";
            }
            case "asked" -> {
                flag = true;
                each.epoch = epoch;
                each.number = number;
                each.step = "answer";
            }
            default -> {
                node.counted(at(each.epoch, each.number));
                node.heartbeat(at(each.epoch, each.number), each.sent);
                each.step = "done";
            }
        }
    }
}
