package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RegionSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * In how many segments a region lies, as its instances agree upon in Redis: two that looked for a key in different segments
 * would not see each other's writes. The first instance decides, the others follow. Thread safe.
 */
final class SegmentAgreement {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /**
     * For how many segments an instance decides for which none is set, if the server calls for more than one. With as many a full
     * server that drops a segment hardly loses more hits than if it dropped single entries, and three masters of a cluster have
     * about equal shares; more would only take more requests. (docs/memory.md)
     */
    static final int AS_NEEDED = 16;

    private final RegionSpec spec;
    private final RedisConnection redis;
    private final List<Object> keys;
    private @Nullable CompletableFuture<Integer> asking;
    private boolean told;

    SegmentAgreement(RegionSpec spec, RedisRegionStore.Context context) {
        KeyLayout.Place whole = KeyLayout.place(context.keyPrefix(), spec.name(), 0, 1);
        this.spec = spec;
        this.redis = context.redis();
        this.keys = List.of(KeyLayout.layout(context.keyPrefix(), spec.name()), whole.guards(), whole.data());
    }

    /**
     * Asks how many there are. One request at a time.
     *
     * @param used how many this instance uses, which is what there is if the agreement was lost; 0 if it uses none yet
     */
    CompletableFuture<Integer> ask(int used) {
        CompletableFuture<Integer> mine = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<Integer> others = asking;
            if (others != null) {
                return others;
            }
            asking = mine;
        }
        send(used == 0 ? Math.max(0, spec.segments()) : used, false).whenComplete((agreed, failure) -> {
            synchronized (this) {
                asking = null;
            }
            if (failure == null) {
                tell(agreed);
                mine.complete(agreed);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    /** Decides, whatever was decided before. */
    CompletableFuture<Integer> decide(int segments) {
        return send(segments, true);
    }

    private CompletableFuture<Integer> send(int segments, boolean decided) {
        return redis.run(
                        RequestKind.HEARTBEAT,
                        redis.route((String) keys.get(0)),
                        Script.AGREE,
                        keys,
                        bytes(segments),
                        bytes(AS_NEEDED),
                        bytes(RedisConnection.epoch()),
                        bytes(decided ? 1 : 0))
                .thenApply(reply -> ((Long) reply.get(0)).intValue());
    }

    private synchronized void tell(int agreed) {
        if (!told && spec.segments() != RegionSpec.AS_MANY_AS_NEEDED && spec.segments() != agreed) {
            told = true;
            LOG.warnf(
                    "Region %s has %d segments, as its first instance decided; this instance is configured for %d and uses %d,"
                            + " too. To change the number, start all instances with the same setting, and then evict the"
                            + " region once",
                    spec.name(), agreed, spec.segments(), agreed);
        }
    }
}
