package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hibernateredis.ClientCustomizer;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.integration.model.Counter;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.redisson.config.TransportMode;

/** These tests have {@code netty-transport-native-epoll} for Linux on x86-64 on their class path. */
class NativeTransportIT {

    @Test
    void whereItIsOnTheClassPathTheClientUsesEpoll() {
        assumeThat(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                .as("the system that the tests bring a native library for")
                .isEqualTo("Linux amd64");
        AtomicReference<TransportMode> mode = new AtomicReference<>();
        ClientCustomizer look = config -> mode.set(config.getTransportMode());
        try (Application node = Application.on("epoll", Counter.class)
                .set(RedisSettings.CLIENT_CUSTOMIZER, look)
                .start()) {
            node.transact(session -> session.persist(new Counter(1, 5)));
            node.transact(session -> session.find(Counter.class, 1L));
            assertThat(node.isCached(() -> node.transact(session -> session.find(Counter.class, 1L))))
                    .isTrue();
        }
        assertThat(mode).hasValue(TransportMode.EPOLL);
    }

    @Test
    void aCustomizerCanChooseAnother() {
        ClientCustomizer nio = config -> config.setTransportMode(TransportMode.NIO);
        try (Application node = Application.on("nio", Counter.class)
                .set(RedisSettings.CLIENT_CUSTOMIZER, nio)
                .start()) {
            node.transact(session -> session.persist(new Counter(1, 5)));
            node.transact(session -> session.find(Counter.class, 1L));
            assertThat(node.isCached(() -> node.transact(session -> session.find(Counter.class, 1L))))
                    .isTrue();
        }
    }
}
