package io.github.hibernateredis.store.redis;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.api.NodeType;
import org.redisson.connection.ConnectionListener;

/**
 * Counts how often a server became connected or disconnected. Redisson tells of it once for each server and change, however
 * many connections there are, and before the connection is used. Thread safe.
 */
public final class ConnectionChanges implements ConnectionListener {

    private final AtomicInteger count = new AtomicInteger();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** So often until now. */
    public int count() {
        return count.get();
    }

    void tell(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    @SuppressWarnings("deprecation") // Redisson's interface demands it
    public void onConnect(InetSocketAddress address) {
        happens();
    }

    @Override
    public void onConnect(InetSocketAddress address, NodeType type) {
        happens();
    }

    @Override
    @SuppressWarnings("deprecation") // Redisson's interface demands it
    public void onDisconnect(InetSocketAddress address) {
        happens();
    }

    @Override
    public void onDisconnect(InetSocketAddress address, NodeType type) {
        happens();
    }

    private void happens() {
        count.incrementAndGet();
        listeners.forEach(Runnable::run);
    }
}
