package io.github.hibernateredis;

import io.github.hibernateredis.config.ProviderConfig;
import io.github.hibernateredis.store.redis.RedisClient;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;

/** Creates clients as the provider does from an application's settings; they end with the JVM. */
public final class ClientsOfTests {

    private ClientsOfTests() {}

    /** Connects, and waits for the connection. */
    public static Supplier<RedisClient> connect(Map<String, String> settings) {
        RedisClients clients = RedisClients.of(
                ProviderConfig.from(Map.copyOf(settings)).connection(),
                Duration.ofSeconds(5),
                new BootstrapServiceRegistryBuilder().build());
        clients.connect().join();
        return clients;
    }
}
