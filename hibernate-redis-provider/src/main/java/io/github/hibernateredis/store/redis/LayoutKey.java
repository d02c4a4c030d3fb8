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

    private static final Pattern REFUSAL = Pattern.compile("\\bLAYOUT (\\d+)");

    /**
     * The layout in force.
     *
     * @param former numbers of segments before it, in which nodes may still be at work
     */
    record Agreement(Layout layout, Set<Integer> former) {}

    private final RedisConnection redis;
    private final List<Object> keys;

    LayoutKey(String prefix, String region, RedisConnection redis) {
        this.redis = redis;
        this.keys = List.of(KeyLayout.layout(prefix, region));
    }

    /**
     * Asks what is in force.
     *
     * @param wanted decides for so many segments; 0 to leave it as it is
     * @param used what the caller goes by so far; null if it does not know what was in force last
     * @param seen the newest generation that it knows of
     */
    CompletableFuture<Agreement> ask(int wanted, @Nullable Layout used, long seen) {
        return run(wanted, used == null ? 0 : used.segments(), seen, 0);
    }

    /** Tells that nobody can be at work any more in what was before that layout. */
    CompletableFuture<Agreement> fenced(Layout layout) {
        return run(0, layout.segments(), layout.generation(), layout.generation());
    }

    private CompletableFuture<Agreement> run(int wanted, int used, long seen, long fenced) {
        return redis.run(Script.LAYOUT, keys, bytes(wanted), bytes(used), bytes(seen), bytes(fenced))
                .thenApply(reply -> new Agreement(
                        new Layout(((Long) reply.get(0)).intValue(), (Long) reply.get(1)),
                        numbers(text(reply.get(2)))));
    }

    private static Set<Integer> numbers(String text) {
        return text.isEmpty()
                ? Set.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    /** The generation by which a segment refused an operation; -1 if it failed otherwise. */
    static long refusing(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof RedisException) {
                Matcher refusal = REFUSAL.matcher(String.valueOf(t.getMessage()));
                return refusal.find() ? Long.parseLong(refusal.group(1)) : -1;
            }
        }
        return -1;
    }
}
