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
 * Records which database the rows under a key prefix are from. The first instance that uses a region records it for
 * that region. Applications that share a prefix but no region do no harm, and a new version of an application may have
 * additional regions.
 */
public final class PrefixOwner {

    private final RedisConnection redis;
    private final String key;

    /**
     * @param client called at each use; may throw while there is no client
     * @param keyPrefix the prefix of every key in Redis
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
     * Records the database for those of the regions that have none yet.
     *
     * @param database the description of the database, without secrets
     * @param regions the qualified names of the regions that the caller uses
     * @param takeOver whether to replace another recorded database
     * @return the regions that had another recorded database, with that database
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
