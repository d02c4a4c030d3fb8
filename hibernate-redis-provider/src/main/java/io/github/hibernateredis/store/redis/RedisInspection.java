package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.inspection.LockDetails;
import io.github.hibernateredis.inspection.RegionDetails;
import io.github.hibernateredis.inspection.SegmentDetails;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.redisson.api.options.KeysScanOptions;

/**
 * Reads the contents of regions, and evicts as instances do. It creates nothing: a region that does not exist is not
 * created. Every request is bounded, so that Redis serves the instances meanwhile. Thread safe; closes nothing.
 */
public final class RedisInspection {

    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration TTL_OF_AN_EMPTY_MAP = Duration.ofHours(1);
    private static final int KEYS_OF_A_SCAN = 1_000;
    private static final byte[] NONE = {};
    private static final Pattern STAMP = Pattern.compile("\\d{1,18}:\\d{1,4}-\\w+(:\\d{1,18})?");
    private static final Pattern HOLDER = Pattern.compile("([^:|]+):(\\d{1,18}):(\\d{1,18}):([01])");

    private final Supplier<RedisClient> client;
    private final String keyPrefix;
    private final RedisConnection redis;

    /**
     * @param client called at each use; may throw while there is no client
     * @param keyPrefix the prefix of every key in Redis
     */
    public RedisInspection(Supplier<RedisClient> client, String keyPrefix) {
        this.client = client;
        this.keyPrefix = keyPrefix;
        this.redis = new RedisConnection(client, RequestGuard.NONE);
    }

    /**
     * The qualified names of all regions under the prefix. Scans the names of all keys of the server, in small steps.
     * Blocks.
     */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        KeysScanOptions guards = KeysScanOptions.defaults()
                .pattern(KeyLayout.guardsPattern(keyPrefix))
                .chunkSize(KEYS_OF_A_SCAN);
        for (String key : client.get().redisson().getKeys().getKeys(guards)) {
            String region = KeyLayout.regionOf(keyPrefix, key);
            if (region != null) {
                names.add(region);
            }
        }
        return names;
    }

    /** The recorded databases, by the regions' names. */
    public CompletableFuture<Map<String, byte[]>> databases(Collection<String> regions) {
        String owner = KeyLayout.owner(keyPrefix);
        return regions.isEmpty()
                ? CompletableFuture.completedFuture(Map.of())
                : redis.read(redis.route(owner), owner, Set.copyOf(regions));
    }

    /** The region of that qualified name; null if there is none. */
    public CompletableFuture<@Nullable RegionDetails> region(String name) {
        return places(name).thenCompose(places -> {
            if (places.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            List<CompletableFuture<Seen>> seen =
                    places.stream().map(place -> look(place, "")).toList();
            CompletableFuture<Map<String, byte[]>> databases = databases(List.of(name));
            return all(seen)
                    .thenCompose(answers -> databases.thenApply(noted -> {
                        byte @Nullable [] database = noted.get(name);
                        List<SegmentDetails> segments = IntStream.range(0, answers.size())
                                .mapToObj(number -> answers.get(number).details(number))
                                .toList();
                        return new RegionDetails(name, database == null ? null : text(database), segments);
                    }));
        });
    }

    /**
     * Returns some keys of the region, chosen at random from each segment.
     *
     * @param most how many keys at most
     * @return the keys in alphabetical order; empty if the region does not exist
     */
    public CompletableFuture<SortedSet<String>> sample(String name, int most) {
        return places(name).thenCompose(places -> {
            List<CompletableFuture<Set<String>>> samples = new ArrayList<>();
            for (KeyLayout.Place place : places) {
                int share = most / places.size() + 1; // one of the fields may be the stamp
                samples.add(redis.hash(
                        RequestKind.READ,
                        redis.route(place.data()),
                        place.data(),
                        map -> map.randomKeysAsync(share + 1)));
            }
            return all(samples).thenApply(found -> {
                SortedSet<String> keys = new TreeSet<>();
                found.stream()
                        .flatMap(Set::stream)
                        .filter(key -> !key.startsWith("!"))
                        .limit(most)
                        .forEach(keys::add);
                return keys;
            });
        });
    }

    /**
     * The state of one key.
     *
     * @param segment the number of its segment
     * @param stored the stored bytes; null if there are none
     * @param item the parsed bytes; null if they cannot be parsed
     * @param micros the server's time
     */
    public record Entry(
            int segment,
            byte @Nullable [] stored,
            @Nullable StoredValue item,
            long micros,
            long floor,
            long version,
            List<LockDetails> locks,
            int regionLocks) {}

    /** The state of that key; null if there is no such region. */
    public CompletableFuture<@Nullable Entry> entry(String name, String key) {
        return places(name).thenCompose(places -> {
            if (places.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            int segment = KeyLayout.segmentOf(key, places.size());
            return look(places.get(segment), key).thenApply(seen -> seen.entry(segment));
        });
    }

    /**
     * Evicts an entry: drops it, and counts as a write of its key.
     *
     * @return whether the region exists
     */
    public CompletableFuture<Boolean> evict(String name, String key) {
        return write(name, region -> region.evict(key));
    }

    /**
     * Invalidates a region.
     *
     * @return whether the region exists
     */
    public CompletableFuture<Boolean> clear(String name) {
        return write(name, RegionStore::clear);
    }

    private CompletableFuture<Boolean> write(String name, Function<RegionStore, CompletableFuture<Void>> write) {
        return places(name).thenCompose(places -> {
            if (places.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            return write.apply(newStore(name))
                    .exceptionallyCompose(failure -> OtherLayoutException.is(failure)
                            ? write.apply(newStore(name)) // the number of segments has changed in between
                            : CompletableFuture.failedFuture(failure))
                    .thenApply(done -> true);
        });
    }

    /** Creates a separate region for each write: it reads the number of segments, which may have changed. */
    private RegionStore newStore(String name) {
        RedisStores stores = new RedisStores(
                client,
                () -> CompletableFuture.completedFuture(null),
                new ConnectionChanges(),
                keyPrefix,
                LEASE,
                RequestGuard.NONE,
                CacheListener.NONE);
        return stores.region(new RegionSpec(name, TTL_OF_AN_EMPTY_MAP, 0, RegionSpec.AS_MANY_AS_NEEDED));
    }

    /** The segments of the region; empty if there is no such region. */
    private CompletableFuture<List<KeyLayout.Place>> places(String name) {
        String layout = KeyLayout.layout(keyPrefix, name);
        return redis.read(redis.route(layout), layout, Set.of("n")).thenCompose(agreed -> {
            byte @Nullable [] segments = agreed.get("n");
            return segments == null
                    ? look(KeyLayout.place(keyPrefix, name, 0, 1), "").thenApply(seen -> places(name, seen.segments()))
                    : CompletableFuture.completedFuture(places(name, Integer.parseInt(text(segments))));
        });
    }

    private List<KeyLayout.Place> places(String name, int segments) {
        return IntStream.range(0, segments)
                .mapToObj(number -> KeyLayout.place(keyPrefix, name, number, segments))
                .toList();
    }

    private CompletableFuture<Seen> look(KeyLayout.Place place, String key) {
        int bucket = KeyLayout.bucket(key, place.buckets());
        return redis.run(
                        RequestKind.READ,
                        redis.route(place.guards()),
                        Script.INSPECT,
                        List.of(place.guards(), place.data()),
                        key.isEmpty() ? NONE : bytes("f" + bucket),
                        key.isEmpty() ? NONE : bytes("l" + bucket + ':' + key),
                        bytes(key))
                .thenApply(Seen::of);
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> some) {
        return CompletableFuture.allOf(some.toArray(CompletableFuture[]::new))
                .thenApply(done -> some.stream().map(CompletableFuture::join).toList());
    }

    /** The answer of the script. */
    private record Seen(
            long micros,
            @Nullable Stamp newest,
            long version,
            List<LockDetails> regionLocks,
            long floor,
            List<LockDetails> locks,
            byte @Nullable [] item,
            long fields,
            long ttlMillis,
            @Nullable Long bytes) {

        static Seen of(List<Object> reply) {
            long micros = number(reply.get(0));
            Long data = (Long) reply.get(9);
            Long guards = (Long) reply.get(10);
            return new Seen(
                    micros,
                    stamp(reply.get(1)),
                    number(reply.get(2)),
                    holders(reply.get(3), micros),
                    number(reply.get(4)),
                    holders(reply.get(5), micros),
                    (byte[]) reply.get(6),
                    reply.get(7) instanceof Long fields ? fields : 0,
                    reply.get(8) instanceof Long millis ? millis : -1,
                    data == null && guards == null ? null : (data == null ? 0 : data) + (guards == null ? 0 : guards));
        }

        private static long number(@Nullable Object field) {
            try {
                return field == null ? 0 : Long.parseLong(text(field));
            } catch (NumberFormatException damaged) {
                return 0;
            }
        }

        private static @Nullable Stamp stamp(@Nullable Object field) {
            String text = field == null ? "" : text(field);
            return STAMP.matcher(text).matches() ? Line.parse(text).stamp() : null;
        }

        private static List<LockDetails> holders(@Nullable Object field, long micros) {
            List<LockDetails> holders = new ArrayList<>();
            Matcher matcher = HOLDER.matcher(field == null ? "" : text(field));
            while (matcher.find()) {
                Duration remaining = Duration.ofMillis((Long.parseLong(matcher.group(3)) - micros) / 1_000);
                holders.add(new LockDetails(
                        matcher.group(1), remaining, matcher.group(4).equals("1")));
            }
            return holders;
        }

        /** The number of segments, which the name of the epoch contains; 0 if there is no epoch. */
        int segments() {
            return newest == null
                    ? 0
                    : Integer.parseInt(newest.epoch(), 0, newest.epoch().indexOf('-'), 10);
        }

        SegmentDetails details(int number) {
            return new SegmentDetails(
                    number,
                    newest == null ? null : newest.epoch(),
                    version,
                    newest == null ? 0 : newest.number(),
                    Math.max(0, fields - 1),
                    bytes,
                    ttlMillis < 0 || fields <= 1 ? null : Duration.ofMillis(ttlMillis),
                    regionLocks.size());
        }

        Entry entry(int segment) {
            return new Entry(
                    segment,
                    item,
                    item == null ? null : StoredValue.read(item),
                    micros,
                    floor,
                    version,
                    locks,
                    regionLocks.size());
        }
    }
}
