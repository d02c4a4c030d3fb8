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
 * Collects the loaded values of all sessions, for all regions on one server, and sends them in batches. The first value
 * is sent at once. Values that arrive while a batch is in progress are sent together after it, or as soon as they fill
 * a batch. No session waits for them. Thread safe; never blocks.
 */
final class PutCollector {

    /**
     * While Redis runs one batch, the next one is on the network, and others are being built and parsed here. More
     * batches would only delay the reads and writes of transactions at the server.
     */
    static final int MOST_UNDER_WAY = 3;

    /**
     * The maximum size of waiting and sent values: as much as four threads load in one or two seconds at most, and
     * little for a JVM. If Redis cannot keep up for longer, more memory does not help.
     */
    static final long MOST_BYTES = 32L * 1024 * 1024;

    /** For each put: its objects here, and its arguments. */
    private static final int OVERHEAD_BYTES = 100;

    private static final byte[] ADD = bytes(0);
    private static final byte[] REPLACE = bytes(1);

    private record Waiting(Segment segment, Put put, long size, CompletableFuture<PutOutcome> outcome) {}

    private final RedisConnection redis;
    private final CacheListener events;

    /** The waiting values, by cluster slot. */
    private final Map<Route, Queue<Waiting>> waiting = new HashMap<>();

    /** The slots with waiting values; the slot that has waited longest is first. */
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

    /** Whether another batch must be sent in addition to those in progress. */
    private boolean isDue() {
        boolean fillsABatch = waitingPuts >= Batch.MOST_KEYS || waitingBytes >= Batch.MOST_BYTES;
        return waitingPuts > 0 && underWay < (fillsABatch ? MOST_UNDER_WAY : 1);
    }

    /** Puts of one slot that are sent together. */
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

    /**
     * Sends one batch after the other until nothing waits. A loop, because requests that fail at once must not grow the
     * stack.
     */
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
        PutReplies.report(events, put.segment.region().name(), put.put.key(), outcome);
        put.outcome.complete(outcome);
    }
}
