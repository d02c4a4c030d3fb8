package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives invalidations for near caches: subscribes to the channel of each segment, and reads the numbers of
 * invalidations. An answer counts only if the channel was subscribed before the request was sent. Thread safe.
 */
final class NearChannels {

    /** The maximum number of segments in one script call. */
    private static final int MOST_SEGMENTS = 100;

    private static final String SUFFIX = ":near";

    private final RedisConnection redis;
    private final LongSupplier nanoTime;
    private final Function<String, @Nullable RedisRegionStore> regions;
    private final Function<String, @Nullable RedisTableStamps> tables;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private volatile @Nullable InvalidationListener listener;

    /**
     * @param nanoTime the clock that says when a question was sent
     * @param regions finds a region by its qualified name
     * @param tables finds the table stamps by the qualified name of their region
     */
    NearChannels(
            RedisConnection redis,
            LongSupplier nanoTime,
            Function<String, @Nullable RedisRegionStore> regions,
            Function<String, @Nullable RedisTableStamps> tables) {
        this.redis = redis;
        this.nanoTime = nanoTime;
        this.regions = regions;
        this.tables = tables;
    }

    void follow(InvalidationListener receiver) {
        listener = receiver;
    }

    /** A channel that is subscribed, or is being subscribed. */
    private static final class Channel {

        private final String owner;
        private final String segment;
        private volatile boolean subscribed;
        private volatile @Nullable CompletableFuture<Runnable> subscription;

        Channel(String owner, String segment) {
            this.owner = owner;
            this.segment = segment;
        }
    }

    /** The segments of one script call. */
    private static final class Question {

        private final List<Segment> segments = new ArrayList<>();
        private @Nullable RedisTableStamps stamps;
    }

    /** Never fails. */
    CompletableFuture<Void> heartbeat(Collection<String> owners, Duration publishFor) {
        InvalidationListener receiver = listener;
        if (receiver == null) {
            return CompletableFuture.completedFuture(null);
        }
        List<CompletableFuture<Segment.All>> asked = new ArrayList<>();
        List<RedisTableStamps> stamps = new ArrayList<>();
        for (String owner : owners) {
            RedisRegionStore region = regions.apply(owner);
            RedisTableStamps known = tables.apply(owner);
            if (region != null) {
                asked.add(region.segments());
            }
            if (known != null) {
                stamps.add(known);
            }
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> {
                    List<Segment> segments = asked.stream()
                            .filter(answer -> !answer.isCompletedExceptionally())
                            .flatMap(answer -> answer.join().segments().stream())
                            .toList();
                    return ask(segments, stamps, publishFor.toMillis(), receiver);
                })
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> ask(
            List<Segment> segments, List<RedisTableStamps> stamps, long publishMillis, InvalidationListener receiver) {
        Map<Route, List<Question>> questions = new HashMap<>();
        Map<String, Set<String>> wanted = new HashMap<>();
        for (Segment segment : segments) {
            segment.follow(receiver);
            wanted.computeIfAbsent(segment.region().name(), owner -> new HashSet<>())
                    .add(segment.guards());
            List<Question> some = questions.computeIfAbsent(redis.route(segment.guards()), route -> new ArrayList<>());
            if (some.isEmpty() || some.get(some.size() - 1).segments.size() == MOST_SEGMENTS) {
                some.add(new Question());
            }
            some.get(some.size() - 1).segments.add(segment);
        }
        for (RedisTableStamps each : stamps) {
            each.follow(receiver);
            wanted.put(each.name(), Set.of(each.hash()));
            List<Question> some = questions.computeIfAbsent(redis.route(each.hash()), route -> new ArrayList<>());
            if (some.isEmpty() || some.get(0).stamps != null) {
                some.add(0, new Question());
            }
            some.get(0).stamps = each;
        }
        forget(wanted);
        List<CompletableFuture<Void>> replies = new ArrayList<>();
        questions.forEach(
                (route, some) -> some.forEach(question -> replies.add(ask(route, question, publishMillis, receiver))));
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> ask(
            Route route, Question question, long publishMillis, InvalidationListener receiver) {
        RedisTableStamps stamps = question.stamps;
        List<Object> keys = Batch.keys(question.segments);
        List<Object> arguments = new ArrayList<>(List.of(
                bytes(question.segments.size()),
                bytes(publishMillis),
                bytes(redis.isCluster() ? 1 : 0),
                bytes(stamps == null ? 0 : 1)));
        question.segments.forEach(segment -> Batch.addTo(arguments, segment, List.of()));
        if (stamps != null) {
            keys.add(stamps.hash());
            stamps.addTo(arguments, List.of());
        }
        List<Boolean> subscribed = new ArrayList<>();
        question.segments.forEach(segment -> subscribed.add(isSubscribed(segment.guards())));
        boolean stampsSubscribed = stamps != null && isSubscribed(stamps.hash());
        long sentAt = nanoTime.getAsLong();
        return redis.run(RequestKind.HEARTBEAT, route, Script.NEAR, keys, arguments.toArray())
                .thenAccept(replies -> {
                    for (int i = 0; i < question.segments.size(); i++) {
                        Segment segment = question.segments.get(i);
                        Segment.Answer answer;
                        try {
                            answer = segment.answered(replies.get(i), false);
                        } catch (OtherLayoutException e) {
                            continue; // the region's own heartbeat reads the number of segments
                        }
                        String owner = segment.region().name();
                        answered(owner, answer.invalidations(), answer.words(), subscribed.get(i), sentAt, receiver);
                    }
                    if (stamps != null) {
                        String[] words =
                                text(replies.get(question.segments.size())).split(" ", -1);
                        Invalidations now = stamps.answered(bytes(words[0]));
                        answered(stamps.name(), now, words, stampsSubscribed, sentAt, receiver);
                    }
                })
                .exceptionally(failure -> null);
    }

    private void answered(
            String owner,
            Invalidations now,
            String[] words,
            boolean wasSubscribed,
            long sentAt,
            InvalidationListener receiver) {
        boolean isSharded = words[2].equals("s");
        if (words[1].equals("0")) {
            String prefix = isSharded ? "+ssubscribe +spublish" : "+subscribe +publish";
            receiver.refused(owner, prefix + " &" + now.segment() + SUFFIX);
        } else if (wasSubscribed) {
            receiver.heartbeat(owner, now, sentAt);
        } else {
            subscribe(owner, now.segment(), isSharded, receiver);
        }
    }

    private boolean isSubscribed(String segment) {
        Channel known = channels.get(segment);
        return known != null && known.subscribed;
    }

    private void subscribe(String owner, String segment, boolean isSharded, InvalidationListener receiver) {
        Channel made = new Channel(owner, segment);
        if (channels.putIfAbsent(segment, made) != null) {
            return;
        }
        CompletableFuture<Runnable> subscription =
                redis.subscribe(segment + SUFFIX, isSharded, message -> received(made, message, receiver));
        made.subscription = subscription;
        subscription.whenComplete((end, failure) -> {
            if (failure == null) {
                made.subscribed = true;
            } else {
                channels.remove(segment, made); // the next heartbeat tries again
                if (String.valueOf(RedisConnection.cause(failure).getMessage()).contains("NOPERM")) {
                    receiver.refused(owner, (isSharded ? "+ssubscribe" : "+subscribe") + " &" + segment + SUFFIX);
                }
            }
        });
    }

    /**
     * Ends the subscriptions of segments that no longer exist.
     *
     * @param wanted the segments of each owner that was asked for: others are asked for at other times
     */
    private void forget(Map<String, Set<String>> wanted) {
        channels.forEach((segment, channel) -> {
            Set<String> known = wanted.get(channel.owner);
            if (known != null && !known.contains(segment)) {
                forget(segment, channel);
            }
        });
    }

    private void forget(String segment, Channel channel) {
        CompletableFuture<Runnable> subscription = channel.subscription;
        if (subscription != null && channels.remove(segment, channel)) {
            subscription.thenAccept(Runnable::run);
        }
    }

    /** Ends all subscriptions. */
    void close() {
        listener = null;
        channels.forEach(this::forget);
    }

    /** Parses a message: {@code <epoch>:<number>;} and {@code *}, or {@code <length>:<key>} for each key. */
    private static void received(Channel channel, byte[] message, InvalidationListener receiver) {
        try {
            int end = indexOf(message, ';', 0);
            String head = new String(message, 0, end, StandardCharsets.UTF_8);
            int colon = head.lastIndexOf(':');
            Invalidations number = new Invalidations(
                    channel.segment, head.substring(0, colon), Long.parseLong(head.substring(colon + 1)));
            List<String> keys = null;
            int at = end + 1;
            if (at == message.length || message[at] != '*') {
                keys = new ArrayList<>();
                while (at < message.length) {
                    int separator = indexOf(message, ':', at);
                    int length = Integer.parseInt(new String(message, at, separator - at, StandardCharsets.US_ASCII));
                    keys.add(new String(message, separator + 1, length, StandardCharsets.UTF_8));
                    at = separator + 1 + length;
                }
            }
            receiver.published(channel.owner, number, keys);
        } catch (RuntimeException e) {
            // Not from a script: any client with permission to publish may send anything. The next heartbeat detects
            // missing messages.
        }
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        int at = from;
        while (bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
