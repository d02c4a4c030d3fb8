package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.inspection.EntryDetails;
import io.github.hibernateredis.inspection.EntryDetails.State;
import io.github.hibernateredis.inspection.LockDetails;
import io.github.hibernateredis.inspection.RegionDetails;
import io.github.hibernateredis.testing.RedisCluster;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.cache.CacheException;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what the inspector shows of regions and entries, and that its evictions follow the protocol. */
final class RedisCacheInspectorIT {

    @Entity(name = "Title")
    @Cacheable
    @NaturalIdCache
    static class Title {
        @Id
        Long id;

        @NaturalId
        String isbn;

        @Column(length = 1_000)
        String name;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<String> tags = new HashSet<>();
    }

    private static final String REGION = Title.class.getName();
    private static final RedisServer REDIS = RedisServer.start();

    @BeforeEach
    void empty() {
        try (RedisCommands redis = REDIS.connect()) {
            redis.flushAll();
        }
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    private static Map<String, Object> connection(String url) {
        return Map.of(RedisSettings.URL, url, RedisSettings.KEY_PREFIX, "shop*[1]", RedisSettings.TIMEOUT, "5s");
    }

    private static SessionFactory factory(String url, Map<String, String> more) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Title.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:inspected")
                .setProperty(AvailableSettings.HBM2DDL_AUTO, "create-drop")
                .setProperty(AvailableSettings.USE_QUERY_CACHE, "true")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis");
        configuration.getProperties().putAll(connection(url));
        configuration.getProperties().putAll(more);
        return configuration.buildSessionFactory();
    }

    private static void fill(SessionFactory factory, int titles) {
        factory.inTransaction(session -> LongStream.rangeClosed(1, titles).forEach(id -> {
            Title title = new Title();
            title.id = id;
            title.isbn = "isbn-" + id;
            title.name = "Title " + id;
            title.tags.add("tag");
            session.persist(title);
        }));
        factory.inTransaction(session -> {
            Title title = session.find(Title.class, 1L);
            assertThat(title.tags).hasSize(1);
            session.createQuery("select name from Title where id = 1", String.class)
                    .setCacheable(true)
                    .list();
        });
    }

    /**
     * Has all of them cached. An insert does not store its value if another insert of the transaction has a key in the
     * same bucket: in 16 segments that is one of 50. Nor does it if the session opened before its server had told its
     * newest stamp, as on a busy machine that has not connected to all servers yet: then all entries of that server are
     * missing.
     */
    private static void load(SessionFactory factory, int titles) {
        long begin = System.nanoTime();
        for (long id = 1; id <= titles; ) {
            long wanted = id;
            factory.inTransaction(session -> session.find(Title.class, wanted));
            id += factory.getCache().containsEntity(Title.class, wanted) ? 1 : 0;
            assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "4"})
    void tellsOfRegionsKeysAndEntries(String segments) {
        try (SessionFactory factory =
                        factory(REDIS.url(), Map.of(RedisSettings.SEGMENTS, segments, RedisSettings.TTL_JITTER, "0"));
                RedisCacheInspector alone = RedisCacheInspector.connect(connection(REDIS.url()));
                RedisCacheInspector inspector = RedisCacheInspector.of(factory)) {
            fill(factory, 20);

            RegionDetails region = inspector.region(REGION).orElseThrow();
            assertThat(region.entries()).isEqualTo(20);
            assertThat(region.segments())
                    .hasSize(Integer.parseInt(segments))
                    .allSatisfy(segment -> assertThat(segment.epoch()).startsWith(segments + "-"));
            assertThat(region.bytes()).isGreaterThan(1_000);
            assertThat(region.version()).isPositive();
            assertThat(region.ttl()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
            assertThat(region.database()).contains("jdbc:h2:mem:inspected");
            assertThat(alone.regions().stream().map(RegionDetails::name))
                    .containsExactlyElementsOf(inspector.regions().stream()
                            .map(RegionDetails::name)
                            .toList())
                    .contains(REGION, REGION + ".tags", REGION + "##NaturalId", "default-query-results-region");

            assertThat(alone.keys(REGION, 10_000)).hasSize(20).contains("1", "20");
            assertThat(alone.keys(REGION, 7)).hasSizeBetween(1, 7).allMatch(key -> key.matches("\\d+"));

            EntryDetails entry = inspector.entry(Title.class, 1L).orElseThrow();
            assertThat(entry.isLive()).isTrue();
            assertThat(entry.value().remaining()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
            assertThat(entry.value().content())
                    .isEqualTo(new EntryDetails.Content(REGION, Map.of("isbn", "isbn-1", "name", "Title 1")));
            assertThat(contentOf(inspector, REGION + ".tags", "#1").values()).containsExactly(Map.entry("0", "tag"));
            assertThat(contentOf(inspector, REGION + "##NaturalId", "##isbn-1").values())
                    .containsExactly(Map.entry("id", "1"));
            String query = alone.keys("default-query-results-region", 1).first();
            assertThat(contentOf(inspector, "default-query-results-region", query)
                            .values())
                    .containsExactly(Map.entry("0", "Title 1"));

            EntryDetails.Value bytes = alone.entry(REGION, "1").orElseThrow().value();
            assertThat(bytes.content()).isNull();
            assertThat(bytes.state()).isEqualTo(State.LIVE);
            assertThat(bytes.checksum()).hasSize(8);
            assertThat(new String(bytes.payload(), StandardCharsets.ISO_8859_1)).contains("Title 1");
        }
    }

    private static EntryDetails.Content contentOf(RedisCacheInspector inspector, String region, String key) {
        return inspector.entry(region, key).orElseThrow().value().content();
    }

    @Test
    void showsCompressedValuesPlain() {
        try (SessionFactory factory = factory(
                        REDIS.url(), Map.of(RedisSettings.COMPRESSION, "deflate:1", RedisSettings.SEGMENTS, "1"));
                RedisCacheInspector inspector = RedisCacheInspector.of(factory)) {
            factory.inTransaction(session -> {
                Title title = new Title();
                title.id = 1L;
                title.isbn = "1";
                title.name = "x".repeat(500);
                session.persist(title);
            });
            EntryDetails.Value value =
                    inspector.entry(Title.class, 1L).orElseThrow().value();
            assertThat(value.compression()).isEqualTo("deflate");
            assertThat(value.size()).isLessThan(200);
            assertThat(value.payload()).hasSizeGreaterThan(500);
            assertThat(value.content().values()).containsEntry("name", "x".repeat(500));
        }
    }

    @Test
    void showsLocksAndWhyNothingIsStored() {
        try (SessionFactory factory = factory(REDIS.url(), Map.of());
                RedisCacheInspector inspector = RedisCacheInspector.of(factory)) {
            fill(factory, 1);
            factory.inTransaction(session -> {
                session.find(Title.class, 1L).name = "changed";
                session.flush();
                long begin = System.nanoTime();
                EntryDetails entry;
                do { // the lock was sent, but not awaited
                    entry = inspector.entry(Title.class, 1L).orElseThrow();
                } while (entry.locks().isEmpty() && System.nanoTime() - begin < 5_000_000_000L);
                assertThat(entry.isLive()).isFalse();
                assertThat(entry.value()).isNull();
                assertThat(entry.locks())
                        .singleElement()
                        .satisfies(lock -> assertThat(lock.conflicted()).isFalse())
                        .extracting(LockDetails::remaining)
                        .matches(remaining ->
                                remaining.compareTo(Duration.ofSeconds(60)) <= 0 && !remaining.isNegative());
            });
            assertThat(inspector.entry(Title.class, 1L).orElseThrow().floor()).isPositive();
        }
    }

    /** With a plain HDEL, a session that has read the row earlier could store its outdated value. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEvictionRefusesWhatWasReadBefore(boolean ofTheRegion) {
        try (SessionFactory factory = factory(REDIS.url(), Map.of());
                RedisCacheInspector alone = RedisCacheInspector.connect(connection(REDIS.url()))) {
            fill(factory, 2);
            factory.getCache().evictEntityData(Title.class, 1L);
            factory.inTransaction(session -> {
                session.doWork(connection -> {}); // opens the session
                assertThat(ofTheRegion ? alone.evict(REGION) : alone.evict(REGION, "1"))
                        .isTrue();
                session.find(Title.class, 1L);
            });
            assertThat(factory.getCache().containsEntity(Title.class, 1L)).isFalse();
            assertThat(factory.getCache().containsEntity(Title.class, 2L)).isEqualTo(!ofTheRegion);
            factory.inTransaction(session -> session.find(Title.class, 1L));
            assertThat(factory.getCache().containsEntity(Title.class, 1L)).isTrue();
        }
    }

    @Test
    void beginsNothing() {
        try (RedisCacheInspector alone = RedisCacheInspector.connect(connection(REDIS.url()));
                RedisCommands redis = REDIS.connect()) {
            assertThat(alone.regions()).isEmpty();
            assertThat(alone.region("com.acme.None")).isEmpty();
            assertThat(alone.keys("com.acme.None", 10)).isEmpty();
            assertThat(alone.entry("com.acme.None", "1")).isEmpty();
            assertThat(alone.evict("com.acme.None", "1")).isFalse();
            assertThat(alone.evict("com.acme.None")).isFalse();
            assertThat(redis.keys("*")).isEmpty();
        }
    }

    @Test
    void showsDamagedAndExpiredValues() {
        try (SessionFactory factory = factory(REDIS.url(), Map.of(RedisSettings.SEGMENTS, "1"));
                RedisCacheInspector inspector = RedisCacheInspector.of(factory);
                RedisCommands redis = REDIS.connect()) {
            fill(factory, 2);
            String data = "shop*[1]:{" + REGION + "}:data";
            redis.call("HSET", data, "1", "?");
            EntryDetails damaged = inspector.entry(Title.class, 1L).orElseThrow();
            assertThat(damaged.isLive()).isFalse();
            assertThat(damaged.value().state()).isEqualTo(State.UNREADABLE);
            byte[] expired = new byte[30];
            expired[0] = 0x11;
            redis.call("HSET", data, "2", expired);
            assertThat(inspector.entry(Title.class, 2L).orElseThrow().value().state())
                    .isEqualTo(State.EXPIRED);
        }
    }

    @Test
    void showsThatARowIsAbsentOrBeingLoaded() {
        try (SessionFactory factory =
                        factory(REDIS.url(), Map.of(RedisSettings.SEGMENTS, "1", RedisSettings.ABSENT_TTL, "1m"));
                RedisCacheInspector inspector = RedisCacheInspector.of(factory);
                RedisCommands redis = REDIS.connect()) {
            factory.inTransaction(
                    session -> assertThat(session.find(Title.class, 1L)).isNull());
            EntryDetails.Value absent = awaitValue(inspector, 1L);
            assertThat(absent.state()).isEqualTo(State.ABSENT_ROW);
            assertThat(absent.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
            assertThat(absent.payload()).isEmpty();
            assertThat(inspector.entry(Title.class, 1L).orElseThrow().isLive()).isTrue();

            String data = "shop*[1]:{" + REGION + "}:data";
            byte[] item = (byte[]) redis.callRaw("HGET", data, "1");
            item[0] = 0x4c;
            redis.call("HSET", data, "2", item);
            EntryDetails loading = inspector.entry(Title.class, 2L).orElseThrow();
            assertThat(loading.value().state()).isEqualTo(State.LOADING);
            assertThat(loading.value().remaining()).isLessThanOrEqualTo(absent.remaining());
            assertThat(loading.isLive()).isFalse();
            item[9] = 0;
            redis.call("HSET", data, "2", item);
            assertThat(inspector.entry(Title.class, 2L).orElseThrow().value().state())
                    .isEqualTo(State.UNREADABLE);
            item[0] = 0x11;
            redis.call("HSET", data, "2", item);
            assertThat(inspector.entry(Title.class, 2L).orElseThrow().value().state())
                    .isEqualTo(State.EXPIRED);
        }
    }

    /** Nobody waits for what a load stores. */
    private static EntryDetails.Value awaitValue(RedisCacheInspector inspector, long id) {
        long begin = System.nanoTime();
        EntryDetails.Value value;
        do {
            assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
            value = inspector.entry(Title.class, id).orElseThrow().value();
        } while (value == null);
        return value;
    }

    @Test
    void worksOnACluster() {
        try (RedisCluster cluster = RedisCluster.start();
                SessionFactory factory = factory(cluster.urls(), Map.of());
                RedisCacheInspector alone = RedisCacheInspector.connect(connection(cluster.urls()))) {
            fill(factory, 50);
            load(factory, 50);
            RegionDetails region = alone.region(REGION).orElseThrow();
            assertThat(region.segments()).hasSize(16);
            assertThat(region.entries()).isEqualTo(50);
            assertThat(alone.regions().stream().map(RegionDetails::name)).contains(REGION);
            assertThat(alone.keys(REGION, 10_000))
                    .hasSize((int) region.entries())
                    .allMatch(key -> factory.getCache().containsEntity(Title.class, Long.valueOf(key)))
                    .allMatch(key ->
                            alone.entry(REGION, key).map(EntryDetails::isLive).orElse(false));
            assertThat(alone.evict(REGION, "7")).isTrue();
            assertThat(factory.getCache().containsEntity(Title.class, 7L)).isFalse();
            assertThat(alone.evict(REGION)).isTrue();
            assertThat(alone.region(REGION).orElseThrow().entries()).isZero();
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        try (RedisCacheInspector alone = RedisCacheInspector.connect(connection(REDIS.url()))) {
            assertThatThrownBy(() -> alone.entry(Title.class, 1L)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> alone.evict(REGION, "!s")).isInstanceOf(IllegalArgumentException.class);
            for (int most : List.of(0, 10_001)) {
                assertThatThrownBy(() -> alone.keys(REGION, most)).isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThatThrownBy(() -> RedisCacheInspector.connect(connection("redis://:secret-1@127.0.0.1:1")))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("cannot be reached")
                .hasMessageNotContaining("secret-1");
    }
}
