package io.github.hibernateredis.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.readahead.StatementCounter;
import io.github.hibernateredis.store.ForwardingStores;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CacheInstanceTest {

    private final AtomicInteger requests = new AtomicInteger();
    private boolean closed;
    private final CacheInstance node = new CacheInstance(
            new CountedStores(), CacheListener.NONE, List.of(), Duration.ofMinutes(1), 5, 2, "tables");

    @AfterEach
    void close() {
        node.close();
    }

    /**
     * The client may be a bean, and the thread that creates the bean may wait for the thread that starts the factory.
     */
    @Test
    void nothingIsAskedOfRedisBeforeTheFirstSession() {
        node.timestampsRegion("tables", "tables", OutagePolicy.AVAILABLE, stub(RegionFactory.class));
        node.queryResultsRegion(
                "queries",
                "queries",
                RegionConfig.DEFAULT,
                stub(RegionFactory.class),
                stub(SessionFactoryImplementor.class));
        node.beat();
        assertThat(requests).hasValue(0);

        node.openSession(session());
        node.beat();
        assertThat(requests.get()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void theStoresAreClosedWithTheNode() {
        node.close();
        assertThat(closed).isTrue();
    }

    private final class CountedStores extends ForwardingStores {

        CountedStores() {
            super(proxy(Stores.class, (stores, method, arguments) -> {
                closed |= method.getName().equals("close");
                if (method.getReturnType() == void.class) {
                    return null;
                }
                return method.getReturnType() == int.class ? (Object) 0 : CompletableFuture.completedFuture(null);
            }));
        }

        private final InvocationHandler counting = (store, method, arguments) -> {
            if (method.getName().equals("name")) {
                return "a region";
            }
            requests.incrementAndGet();
            return CompletableFuture.completedFuture(null);
        };

        @Override
        public RegionStore region(RegionSpec spec) {
            return proxy(RegionStore.class, counting);
        }

        @Override
        public TableStamps tables(String qualifiedName) {
            return proxy(TableStamps.class, counting);
        }
    }

    /** Its factory's sessions count their statements themselves. */
    private static SharedSessionContractImplementor session() {
        Map<String, Object> settings =
                Map.of(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER, StatementCounter.class.getName());
        SessionFactoryImplementor factory =
                proxy(SessionFactoryImplementor.class, (stub, method, arguments) -> settings);
        return proxy(SharedSessionContractImplementor.class, (stub, method, arguments) -> factory);
    }

    private static <T> T stub(Class<T> type) {
        return proxy(type, (stub, method, arguments) -> {
            throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
