package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RegionSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The number of segments of a region, on which its instances agree in Redis. Two instances that looked for a key in
 * different segments would not see each other's writes. The first instance decides, the others adopt its number. Thread
 * safe.
 */
final class SegmentAgreement {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /**
     * The number of segments if none is configured and the server calls for more than one. With this number a full
     * server that drops a segment loses hardly more hits than by dropping single entries, and three masters of a
     * cluster have about equal shares. A larger number would only cost more requests (docs/memory.md).
     */
    static final int AS_NEEDED = 16;

    /**
     * The agreed numbers.
     *
     * @param segments the number of segments
     * @param newest the number that the instance wants that started last; 0 if none
     */
    record Agreed(int segments, int newest) {}

    private final RegionSpec spec;
    private final RedisConnection redis;
    private final List<Object> keys;
    private @Nullable CompletableFuture<Agreed> asking;
    private boolean warned;

    SegmentAgreement(RegionSpec spec, RegionContext context) {
        KeyLayout.Place whole = KeyLayout.place(context.keyPrefix(), spec.name(), 0, 1);
        this.spec = spec;
        this.redis = context.redis();
        this.keys = List.of(KeyLayout.layout(context.keyPrefix(), spec.name()), whole.guards(), whole.data());
    }

    /**
     * Reads the number of segments. One request at a time.
     *
     * @param used the number that this instance uses, which is restored if the agreement was lost; 0 if it uses none
     *     yet
     */
    CompletableFuture<Agreed> ask(int used) {
        CompletableFuture<Agreed> mine = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<Agreed> others = asking;
            if (others != null) {
                return others;
            }
            asking = mine;
        }
        (used > 0 ? send(used, "asks") : send(spec.segments(), spec.segments() > 0 ? "starts" : "asks"))
                .whenComplete((agreed, failure) -> {
                    synchronized (this) {
                        asking = null;
                    }
                    if (failure == null) {
                        publish(agreed.segments);
                        mine.complete(agreed);
                    } else {
                        mine.completeExceptionally(failure);
                    }
                });
        return mine;
    }

    /** Records a new number, whatever was recorded before. */
    CompletableFuture<Agreed> decide(int segments) {
        return send(segments, "decides");
    }

    private CompletableFuture<Agreed> send(int segments, String what) {
        return redis.run(
                        RequestKind.HEARTBEAT,
                        redis.route((String) keys.get(0)),
                        Script.AGREE,
                        keys,
                        bytes(segments),
                        bytes(AS_NEEDED),
                        bytes(RedisConnection.epoch()),
                        bytes(what))
                .thenApply(reply -> new Agreed(((Long) reply.get(0)).intValue(), ((Long) reply.get(1)).intValue()));
    }

    private synchronized void publish(int agreed) {
        if (!warned && spec.segments() != RegionSpec.AS_MANY_AS_NEEDED && spec.segments() != agreed) {
            warned = true;
            LOG.warnf(
                    "Region %s has %d segments, as its first instance decided; this instance is configured for %d and"
                            + " uses %d instead. To change the number, start all instances with the same setting, and"
                            + " then evict the region once",
                    spec.name(), agreed, spec.segments(), agreed);
        }
    }
}
