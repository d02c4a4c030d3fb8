package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.testing.LoggedLines;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ResilientStoresTest {

    private final UnsteadyStores redis = new UnsteadyStores();
    private final ResilientStores stores = new ResilientStores(redis, Duration.ofMillis(50));
    private final RegionStore owing = stores.region("owing", Duration.ofHours(1), 0, 1);
    private final RegionStore steady = stores.region("steady", Duration.ofHours(1), 0, 1);
    private final TableStamps tables = stores.tables("tables");

    private void incurDebts() {
        redis.up = false;
        owing.evict("1").join();
        tables.end("holder", List.of("Book")).join();
        redis.sent.clear();
    }

    private List<String> warningsOfClosing() {
        try (LoggedLines log = new LoggedLines()) {
            stores.close();
            return log.warnings();
        }
    }

    @Test
    void whatIsOwedIsSettledAtTheEnd() {
        incurDebts();
        redis.up = true;
        List<String> warnings = warningsOfClosing();
        assertThat(redis.sent).containsExactlyInAnyOrder("owing clear", "tables clear", "closed");
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatCannotBeSettledAtTheEndIsTold() {
        incurDebts();
        List<String> warnings = warningsOfClosing();
        assertThat(redis.sent).contains("closed");
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("Region owing")
                .contains("query results")
                .doesNotContain("steady");
    }

    @Test
    void theEndTakesNoLongerThanOneOperation() {
        incurDebts();
        redis.answering = false;
        long begin = System.nanoTime();
        List<String> warnings = warningsOfClosing();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(warnings).hasSize(1);
    }

    @Test
    void nothingIsSentAtTheEndWhereNothingIsOwed() {
        steady.evict("1").join();
        redis.sent.clear();
        List<String> warnings = warningsOfClosing();
        assertThat(redis.sent).containsExactly("closed");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLoadIsNotSentWhileNothingThatIsReadCanBeTrusted() {
        steady.pulse(List.of()).join();
        redis.connectionChanges++;
        redis.sent.clear();
        assertThat(steady.get("1").join()).isNull();
        assertThat(steady.put("1", new byte[0], 0).join()).isFalse();
        assertThat(redis.sent).isEmpty();
        steady.pulse(List.of()).join();
        redis.sent.clear();
        steady.put("1", new byte[0], 0).join();
        assertThat(redis.sent).containsExactly("steady put");
    }

    /** Notes what is sent; answers, fails, or says nothing. */
    private static final class UnsteadyStores implements Stores {

        final List<String> sent = new ArrayList<>();
        boolean up = true;
        boolean answering = true;
        int connectionChanges;

        @Override
        public int connectionChanges() {
            return connectionChanges;
        }

        @Override
        public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter, int segments) {
            return store(RegionStore.class, qualifiedName);
        }

        @Override
        public TableStamps tables(String qualifiedName) {
            return store(TableStamps.class, qualifiedName);
        }

        private <T> T store(Class<T> type, String name) {
            InvocationHandler handler = (store, method, arguments) -> {
                if (method.getName().equals("name")) {
                    return name;
                }
                sent.add(name + " " + method.getName());
                if (!answering) {
                    return new CompletableFuture<>();
                }
                return up
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(new IllegalStateException("down"));
            };
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }

        @Override
        public void close() {
            sent.add("closed");
        }
    }
}
