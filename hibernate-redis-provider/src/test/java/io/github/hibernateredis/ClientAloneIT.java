package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.redis.ConnectionChanges;
import io.github.hibernateredis.store.redis.PrefixOwner;
import io.github.hibernateredis.store.redis.RedisClient;
import io.github.hibernateredis.store.redis.RedisStores;
import io.github.hibernateredis.testing.SharedRedis;
import io.github.hibernateredis.testing.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client works without the dependencies of Redisson that the POM excludes. */
final class ClientAloneIT {

    private static void useAll(Map<String, String> settings) {
        Supplier<RedisClient> client = ClientsOfTests.connect(settings);
        try {
            useAll(client);
        } finally {
            client.get().redisson().shutdown();
        }
    }

    private static void useAll(Supplier<RedisClient> client) {
        RedisStores stores = new RedisStores(
                client,
                () -> CompletableFuture.completedFuture(null),
                new ConnectionChanges(),
                "alone" + System.nanoTime(),
                Duration.ofSeconds(60),
                RequestGuard.NONE,
                CacheListener.NONE);
        RegionStore region = stores.region(new RegionSpec("app.Book", Duration.ofHours(1), 0, 4));
        region.heartbeat(List.of()).join();
        byte[] value = "value".getBytes(StandardCharsets.UTF_8);
        assertThat(region.put(new Put("1", value, System.nanoTime(), Put.Mode.REPLACE))
                        .join())
                .isEqualTo(PutOutcome.STORED);
        assertThat(region.read("1", Snapshot.LATEST).join()).isInstanceOf(Lookup.Hit.class);
        assertThat(region.readAll(Set.of("1", "2"), Snapshot.LATEST).join()).hasSize(2);
        region.size().join();
        region.clear().join();
        assertThat(region.read("1", Snapshot.LATEST).join()).isInstanceOf(Lookup.Miss.class);
        TableStamps tables = stores.tables("app.tables");
        tables.heartbeat(List.of()).join();
        StoreKey key = new StoreKey("app.Book", "1");
        TableUpdate update = new TableUpdate("app.tables", "holder", Set.of("BOOK"));
        TransactionBegun begun = stores.begin(
                        new TransactionBegin(List.of(new TransactionBegin.Lock(key, "l", System.nanoTime())), update))
                .join();
        assertThat(begun.failures().isEmpty()).isTrue();
        assertThat(stores.end(new TransactionEnd(
                                List.of(new TransactionEnd.Unlock(
                                        key, "l", begun.held().get(key), value)),
                                List.of(),
                                Set.of(),
                                update))
                        .join()
                        .isEmpty())
                .isTrue();
        assertThat(new PrefixOwner(client, "alone")
                        .claim("a database", List.of("app.Book"), false)
                        .join())
                .isEmpty();
    }

    /** With the first of them, Spring Boot uses Redisson's JCache provider for {@code @Cacheable}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "javax.cache.Caching",
                "reactor.core.publisher.Mono",
                "org.reactivestreams.Publisher",
                "io.reactivex.rxjava3.core.Single",
                "jodd.util.StringUtil"
            })
    void whatIsLeftOutIsNotThere(String type) {
        assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void ofOneServer() {
        useAll(Map.of(RedisSettings.URL, SharedRedis.url()));
    }

    @Test
    void ofAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("redisson.yaml"), "singleServerConfig:\n  address: \"" + SharedRedis.url() + "\"\n");
        useAll(Map.of(RedisSettings.CONFIG, file.toString()));
    }

    @ParameterizedTest
    @EnumSource(Topology.class)
    void ofSeveralServers(Topology topology) {
        useAll(topology.settings());
    }
}
