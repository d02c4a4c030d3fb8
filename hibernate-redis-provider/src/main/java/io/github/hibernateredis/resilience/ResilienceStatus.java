package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The current state of the connection to Redis, read from memory.
 *
 * @param connected whether a request has been answered so far, and none has failed since because of a missing
 *     connection
 * @param servers the servers that receive requests, ordered by name
 * @param pendingInvalidations the owners of unconfirmed writes, ordered by name: regions and the region of the table
 *     stamps
 * @param bypassed why a region, or the region of the table stamps, is not used, by name; contains no region that is
 *     used
 */
public record ResilienceStatus(
        boolean connected,
        List<Server> servers,
        List<String> pendingInvalidations,
        Map<String, BypassReason> bypassed) {

    /**
     * One server.
     *
     * @param name its name in the stores
     * @param breaker the state of its circuit breaker
     * @param since since when the breaker is in this state
     * @param reason why the breaker opened; null if it is closed
     * @param underWay the number of reads, writes and puts in progress
     * @param waiting the number of requests that wait for a place
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
