package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.redisson.api.NodeType;

final class ConnectionChangesTest {

    private final ConnectionChanges changes = new ConnectionChanges();

    @Test
    void connectionsThatAreMadeOrLostAreChanges() {
        InetSocketAddress address = InetSocketAddress.createUnresolved("a", 1);
        int before = changes.count();
        changes.onConnect(address, NodeType.MASTER);
        changes.onDisconnect(address, NodeType.MASTER);
        assertThat(changes.count()).isEqualTo(before + 2);
    }

    /** If Redisson has been connected to it before, it reports nothing. */
    @Test
    void anotherMasterIsReportedOnce() {
        AtomicReference<List<String>> masters = new AtomicReference<>(List.of("a", "b"));
        AtomicInteger notified = new AtomicInteger();
        changes.addListener(notified::incrementAndGet);
        changes.compare(masters::get);
        int before = changes.count();
        assertThat(notified).hasValue(0);
        masters.set(List.of("a", "c"));
        assertThat(changes.count()).isEqualTo(before + 1);
        assertThat(changes.count()).isEqualTo(before + 1);
        assertThat(notified).hasValue(1);
    }
}
