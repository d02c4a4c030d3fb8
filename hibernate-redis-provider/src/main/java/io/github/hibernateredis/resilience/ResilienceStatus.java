package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the connection to Redis is at the moment, read from memory.
 *
 * @param connected whether a request has been answered so far, and none has failed for want of a connection since
 * @param servers the servers that requests go to, in the order of their names
 * @param pendingInvalidations the owners of writes that could not be confirmed, in the order of their names: regions and the
 *     region of the table stamps
 * @param bypassed why a region, or the region of the table stamps, is not used, by its name; without those that are used
 */
public record ResilienceStatus(
        boolean connected,
        List<Server> servers,
        List<String> pendingInvalidations,
        Map<String, BypassReason> bypassed) {

    /**
     * One server.
     *
     * @param name its name, as the stores call it
     * @param breaker the state of its circuit breaker
     * @param since since when the breaker is in this state
     * @param reason what opened it; null if it is closed
     * @param underWay how many reads, writes and puts are under way
     * @param waiting how many wait for a place among those
     */
    public record Server(
            String name,
            BreakerState breaker,
            Instant since,
            @Nullable String reason,
            int underWay,
            int waiting) {}

    /** Copies the collections. */
    public ResilienceStatus {
        servers = List.copyOf(servers);
        pendingInvalidations = List.copyOf(pendingInvalidations);
        bypassed = Map.copyOf(bypassed);
    }

    /** The worst state of a circuit breaker. */
    public BreakerState breaker() {
        BreakerState worst = BreakerState.CLOSED;
        for (Server server : servers) {
            worst = worse(worst, server.breaker);
        }
        return worst;
    }

    static BreakerState worse(BreakerState one, BreakerState other) {
        if (one == BreakerState.OPEN || other == BreakerState.OPEN) {
            return BreakerState.OPEN;
        }
        return one == BreakerState.HALF_OPEN ? one : other;
    }
}
