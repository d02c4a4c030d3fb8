package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisException;

/** What the nodes of a region have agreed upon in Redis. */
final class LayoutKey {

    private static final Pattern REFUSAL = Pattern.compile("LAYOUT (\\d{1,15}) (\\d{1,4})\\b");

    /**
     * The layout in force.
     *
     * @param formerText numbers of segments before it, with commas, in which nodes may still be at work
     */
    record Agreement(Layout layout, String formerText) {

        Set<Integer> former() {
            return formerText.isEmpty()
                    ? Set.of()
                    : Arrays.stream(formerText.split(","))
                            .map(Integer::valueOf)
                            .filter(Layout::isPossible)
                            .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** Decides for nothing. */
    static final int AS_IT_IS = 0;

    private final RedisConnection redis;
    private final List<Object> keys;

    LayoutKey(String prefix, String region, RedisConnection redis) {
        this.redis = redis;
        this.keys = List.of(KeyLayout.layout(prefix, region));
    }

    /**
     * Asks what is in force.
     *
     * @param wanted decides for so many segments, or {@link #AS_IT_IS}; the negative number decides for as many only if nothing was
     *     decided before, and if the server calls for more than one
     * @param newest the newest layout that the caller knows of
     */
    CompletableFuture<Agreement> ask(int wanted, Layout newest) {
        return run(wanted, newest, "");
    }

    /** Tells that nobody can be at work any more in what was before that layout. */
    CompletableFuture<Agreement> fenced(Agreement agreement) {
        return run(AS_IT_IS, agreement.layout, agreement.formerText);
    }

    private CompletableFuture<Agreement> run(int wanted, Layout newest, String fenced) {
        return redis.run(
                        Script.LAYOUT,
                        keys,
                        bytes(wanted),
                        bytes(newest.segments()),
                        bytes(newest.generation()),
                        bytes(fenced))
                .thenApply(reply -> new Agreement(
                        new Layout(((Long) reply.get(0)).intValue(), (Long) reply.get(1)), text(reply.get(2))));
    }

    /** The layout for which a segment refused an operation; null if it failed otherwise. */
    static @Nullable Layout refusing(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof RedisException) {
                Matcher refusal = REFUSAL.matcher(String.valueOf(t.getMessage()));
                return refusal.lookingAt() && Layout.isPossible(Integer.parseInt(refusal.group(2)))
                        ? new Layout(Integer.parseInt(refusal.group(2)), Long.parseLong(refusal.group(1)))
                        : null;
            }
        }
        return null;
    }
}
