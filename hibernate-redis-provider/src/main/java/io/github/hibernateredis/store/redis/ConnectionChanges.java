package io.github.hibernateredis.store.redis;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.redisson.api.NodeType;
import org.redisson.connection.ConnectionListener;

/**
 * Counts how often a server became connected or disconnected, or another server became a master. Redisson reports
 * connections once for each server and change, however many there are, and before the connection is used. It does not
 * report that a connected server becomes a master, so the masters are compared. Thread safe.
 */
public final class ConnectionChanges implements ConnectionListener {

    private final AtomicInteger count = new AtomicInteger();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Supplier<? extends List<?>> masters = List::of;
    private volatile List<?> known = List.of();

    /** The number of changes so far. */
    public int count() {
        List<?> now = masters.get();
        if (!now.equals(known) && isNews(now)) {
            listeners.forEach(Runnable::run);
        }
        return count.get();
    }

    /** Counts before it stores the new masters: a thread that sees the new masters also sees the raised count. */
    private synchronized boolean isNews(List<?> now) {
        boolean news = !now.equals(known);
        if (news) {
            count.incrementAndGet();
        }
        known = now;
        return news;
    }

    /** @param current returns the clients of the current masters; does no I/O */
    public void compare(Supplier<? extends List<?>> current) {
        isNews(current.get());
        masters = current;
    }

    void addListener(Runnable listener) {
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
