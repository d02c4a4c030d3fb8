package io.github.hibernateredis.session;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of this instance that have written in transactions still in progress, by the threads on which they
 * wrote: sessions that share a transaction, or a connection, do so on one thread. Thread safe.
 *
 * <p>The ORM may never report the end of the transaction to a session that was closed earlier; it is forgotten after
 * the lease of its locks.
 */
public final class Writers {

    private final long leaseNanos;
    private final Map<Long, Map<Participant, Long>> byThread = new ConcurrentHashMap<>();
    private final Map<Participant, Long> threads = new ConcurrentHashMap<>();

    /** @param leaseNanos how long a closed session counts as writing */
    public Writers(long leaseNanos) {
        this.leaseNanos = leaseNanos;
    }

    void add(Participant context) {
        long thread = Thread.currentThread().getId();
        threads.put(context, thread);
        byThread.compute(thread, (id, contexts) -> {
            Map<Participant, Long> all = contexts == null ? new ConcurrentHashMap<>() : contexts;
            all.put(context, System.nanoTime());
            return all;
        });
    }

    void remove(Participant context) {
        Long thread = threads.remove(context);
        if (thread != null) {
            byThread.computeIfPresent(thread, (id, contexts) -> {
                contexts.remove(context);
                return contexts.isEmpty() ? null : contexts;
            });
        }
    }

    /** Whether a session other than this one is writing on this thread. */
    boolean isAnother(Participant context) {
        Map<Participant, Long> contexts = byThread.get(Thread.currentThread().getId());
        if (contexts == null) {
            return false;
        }
        Set<Participant> all = contexts.keySet();
        return all.size() > (all.contains(context) ? 1 : 0);
    }

    /** Forgets the closed sessions whose locks have certainly expired. */
    public void forgetAbandoned() {
        long now = System.nanoTime();
        byThread.values()
                .forEach(contexts -> contexts.forEach((context, since) -> {
                    if (context.isClosed() && now - since > leaseNanos) {
                        remove(context);
                    }
                }));
    }
}
