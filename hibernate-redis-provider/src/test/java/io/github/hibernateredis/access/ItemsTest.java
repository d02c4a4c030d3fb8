package io.github.hibernateredis.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.NamedKeys;
import io.github.hibernateredis.codec.ValueCodec;
import io.github.hibernateredis.config.Compression;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.RegionStore;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A failure of a codec never reaches the application. */
class ItemsTest {

    private static final EntryKey KEY = NamedKeys.named("1");

    private static final ValueCodec FAILING = new ValueCodec() {
        @Override
        public byte[] encode(Object value, Compression compression) {
            throw new IllegalStateException("no encoding");
        }

        @Override
        public Object decode(byte[] bytes) {
            throw new IllegalStateException("no decoding");
        }
    };

    /** Contains each text once, like the factory's warnings. */
    private final Set<String> warnings = new LinkedHashSet<>();

    private final AtomicInteger undecodable = new AtomicInteger();
    private final CacheListener events = new CacheListener() {
        @Override
        public void decodeFailed(String region, String key) {
            undecodable.incrementAndGet();
        }
    };

    private Items items(Supplier<ValueCodec> codec) {
        RegionStore store = (RegionStore) Proxy.newProxyInstance(
                RegionStore.class.getClassLoader(),
                new Class<?>[] {RegionStore.class},
                (proxy, method, arguments) ->
                        method.getName().equals("name") ? "app.Region" : CompletableFuture.completedFuture(null));
        return new Items(store, codec, RegionConfig.DEFAULT, events, warnings::add, null, null);
    }

    @Test
    void aValueThatCannotBeEncodedIsNotCached() {
        Items items = items(() -> FAILING);
        assertThat(items.encode(KEY, "a value")).isNull();
        assertThat(items.encode(KEY, "another value")).isNull();
        assertThat(warnings).singleElement().asString().contains("app.Region").contains("no encoding");
    }

    @Test
    void aValueThatIsTooLargeIsNotCached() {
        ValueCodec codec = new ValueCodec() {
            @Override
            public byte[] encode(Object value, Compression compression) {
                return new byte[(Integer) value];
            }

            @Override
            public Object decode(byte[] bytes) {
                return bytes.length;
            }
        };
        Items items = items(() -> codec);
        assertThat(items.encode(KEY, 1 << 20)).hasSize(1 << 20);
        assertThat(items.encode(KEY, (1 << 20) + 1)).isNull();
        assertThat(items.encode(KEY, 1 << 21)).isNull();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("app.Region")
                .contains("larger than 1 MiB")
                .contains("max_value_size");
    }

    @Test
    void aValueThatCannotBeDecodedIsACountedMiss() {
        Items items = items(() -> FAILING);
        assertThat(items.decode(EntryKey.uncacheable(1), new byte[9])).isNull();
        assertThat(undecodable).hasValue(1);
        assertThat(warnings).singleElement().asString().contains("app.Region").contains("no decoding");
    }

    @Test
    void aCodecThatCannotBeMadeCachesNothing() {
        Items items = items(() -> {
            throw new IllegalStateException("no codec");
        });
        assertThat(items.encode(KEY, "a value")).isNull();
        assertThat(items.decode(EntryKey.uncacheable(1), new byte[9])).isNull();
        assertThat(warnings).hasSize(2).allMatch(warning -> warning.contains("no codec"));
    }
}
