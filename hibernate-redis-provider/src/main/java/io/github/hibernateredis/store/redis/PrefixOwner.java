package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RequestGuard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Which database the rows are from that are cached under a prefix. It is noted for each region, by the first instance that
 * uses the region: applications that share a prefix do no harm as long as they share no region, and a new version of an
 * application may well have further regions.
 */
public final class PrefixOwner {

    private final RedisConnection redis;
    private final String key;

    /**
     * @param client asked for at each use; may throw as long as there is none
     * @param keyPrefix what every key in Redis begins with
     */
    public PrefixOwner(Supplier<RedisClient> client, String keyPrefix) {
        this.redis = new RedisConnection(client, RequestGuard.NONE);
        this.key = KeyLayout.owner(keyPrefix);
    }

    /** The key in Redis. */
    public String key() {
        return key;
    }

    /**
     * Notes the database for those of the regions that have none yet.
     *
     * @param database the database, in words and without secrets
     * @param regions the qualified names of the regions that the caller uses
     * @param takeOver whether it is noted where another one is noted, too
     * @return the regions for which another database was noted, with that
     */
    public CompletableFuture<SortedMap<String, String>> claim(
            String database, Collection<String> regions, boolean takeOver) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(bytes(database));
        arguments.add(bytes(takeOver ? 1 : 0));
        regions.forEach(region -> arguments.add(bytes(region)));
        return redis.run(RequestKind.HEARTBEAT, redis.route(key), Script.OWN, List.of(key), arguments.toArray())
                .thenApply(reply -> {
                    SortedMap<String, String> others = new TreeMap<>();
                    for (int i = 0; i + 1 < reply.size(); i += 2) {
                        others.put(text(reply.get(i)), text(reply.get(i + 1)));
                    }
                    return others;
                });
    }
}
