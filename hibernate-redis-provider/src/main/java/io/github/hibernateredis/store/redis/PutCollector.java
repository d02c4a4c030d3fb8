package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.redis.Segment.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Collects the values that sessions have loaded, of all regions on one server, and sends them in batches. The first goes at once.
 * Those that come while a batch is under way go together, after it or as soon as they fill a batch. No session waits for them.
 * Thread safe; never blocks.
 */
final class PutCollector {

    /**
     * While Redis runs one batch the next is on its way, and others are being built and read here. More would only keep writes and
     * reads of transactions waiting at the server.
     */
    static final int MOST_UNDER_WAY = 3;

    /**
     * How much may wait or be under way: what four threads load in a second or two at their fastest, and little for a JVM. Where
     * Redis cannot keep up for longer than that, more memory does not help.
     */
    static final long MOST_BYTES = 32L * 1024 * 1024;

    /** Of each put: the objects that hold it here, and its arguments. */
    private static final int OVERHEAD_BYTES = 100;

    private static final byte[] ADD = bytes(0);
    private static final byte[] REPLACE = bytes(1);

    private record Waiting(Segment segment, Put put, long size, CompletableFuture<PutOutcome> outcome) {}

    private final RedisConnection redis;
    private final CacheListener events;

    /** What waits, by the slot that it has to go to. */
    private final Map<Route, Queue<Waiting>> waiting = new HashMap<>();

    /** The slots where something waits, the one first that has waited longest for its turn. */
    private final Queue<Route> turns = new ArrayDeque<>();

    private int waitingPuts;
    private long waitingBytes;
    private long heldBytes;
    private int underWay;

    PutCollector(RedisConnection redis, CacheListener events) {
        this.redis = redis;
        this.events = events;
    }

    /** @return never fails */
    CompletableFuture<PutOutcome> add(Route route, Segment segment, Put put) {
        long size = put.value().length + put.key().length() + OVERHEAD_BYTES;
        Waiting added = new Waiting(segment, put, size, new CompletableFuture<>());
        Taken first = null;
        synchronized (this) {
            boolean isShed = heldBytes > 0 && heldBytes + size > MOST_BYTES;
            if (!isShed) {
                heldBytes += size;
                Queue<Waiting> queue = waiting.computeIfAbsent(route, slot -> new ArrayDeque<>());
                if (queue.isEmpty()) {
                    turns.add(route);
                }
                queue.add(added);
                waitingPuts++;
                waitingBytes += size;
                if (!isDue()) {
                    return added.outcome;
                }
                underWay++;
                first = take();
            }
        }
        if (first == null) {
            complete(added, PutOutcome.SHED);
        } else {
            sendAll(first);
        }
        return added.outcome;
    }

    /** Whether something is to be sent beside what is under way. */
    private boolean isDue() {
        boolean fillsABatch = waitingPuts >= Batch.MOST_KEYS || waitingBytes >= Batch.MOST_BYTES;
        return waitingPuts > 0 && underWay < (fillsABatch ? MOST_UNDER_WAY : 1);
    }

    /** Puts of one slot that go together. */
    private record Taken(Route route, List<Waiting> puts, long size) {}

    private Taken take() {
        Route route = turns.remove();
        Queue<Waiting> queue = Objects.requireNonNull(waiting.get(route));
        List<Waiting> puts = new ArrayList<>();
        long size = 0;
        while (!queue.isEmpty()
                && (puts.isEmpty()
                        || puts.size() < Batch.MOST_KEYS && size + queue.element().size <= Batch.MOST_BYTES)) {
            Waiting put = queue.remove();
            puts.add(put);
            size += put.size;
        }
        waitingPuts -= puts.size();
        waitingBytes -= size;
        if (queue.isEmpty()) {
            waiting.remove(route);
        } else {
            turns.add(route);
        }
        return new Taken(route, puts, size);
    }

    private synchronized @Nullable Taken next(Taken done) {
        heldBytes -= done.size;
        underWay--;
        if (!isDue()) {
            return null;
        }
        underWay++;
        return take();
    }

    /** Sends one batch after the other until nothing waits. A loop: requests that fail at once must not grow the stack. */
    private void sendAll(Taken first) {
        Taken taken = first;
        while (taken != null) {
            Taken sent = taken;
            CompletableFuture<Void> answered = send(sent);
            if (!answered.isDone()) {
                answered.thenRun(() -> {
                    Taken next = next(sent);
                    if (next != null) {
                        sendAll(next);
                    }
                });
                return;
            }
            taken = next(sent);
        }
    }

    private CompletableFuture<Void> send(Taken taken) {
        Batch<Waiting> batch = new Batch<>(segment -> List.of(segment.fieldExpiry()));
        for (Waiting put : taken.puts) {
            batch.add(put.segment, put, put.size, arguments(put.segment, put.put));
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(bytes(batch.segments()));
        batch.addArgumentsTo(arguments);
        return redis.run(RequestKind.PUT, taken.route, Script.PUT, batch.keys(), arguments.toArray())
                .handle((replies, failure) -> {
                    if (failure == null) {
                        batch.read(replies, false, outcomes);
                    } else {
                        batch.fail(failure, outcomes);
                    }
                    return null;
                });
    }

    private static List<byte[]> arguments(Segment segment, Put put) {
        return List.of(
                bytes(put.key()),
                segment.bucket(put.key()),
                segment.opening(put.openedAt()),
                put.mode() == Put.Mode.REPLACE ? REPLACE : ADD,
                segment.nextLife(put.maxLifeMillis()),
                put.value());
    }

    private final Batch.Reader<Waiting> outcomes = new Batch.Reader<>() {
        @Override
        public void answered(Segment segment, List<Waiting> puts, Answer answer) {
            for (int i = 0; i < puts.size(); i++) {
                complete(puts.get(i), PutReplies.outcome(answer.words()[1].charAt(i)));
            }
        }

        @Override
        public void failed(Segment segment, List<Waiting> puts, Throwable failure) {
            puts.forEach(put -> complete(put, PutReplies.failed(failure)));
        }
    };

    private void complete(Waiting put, PutOutcome outcome) {
        events.put(put.segment.region().name(), outcome);
        put.outcome.complete(outcome);
    }
}
