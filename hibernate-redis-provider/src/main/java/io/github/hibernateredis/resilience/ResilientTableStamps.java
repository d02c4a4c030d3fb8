package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStates;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.UnavailableException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Table stamps whose failures become outdated results and pending invalidations. Thread safe. */
final class ResilientTableStamps implements TableStamps {

    private final TableStamps stamps;
    private final Availability availability;

    ResilientTableStamps(TableStamps stamps, Stores stores, GuardedClient client, CacheListener events) {
        this.stamps = stamps;
        this.availability = new Availability(stamps.name(), stamps::clear, stores, client, events);
    }

    Availability availability() {
        return availability;
    }

    @Override
    public String name() {
        return stamps.name();
    }

    @Override
    public @Nullable Stamp asOf(long openedAt) {
        return stamps.asOf(openedAt);
    }

    @Override
    public CompletableFuture<@Nullable String> lastHeartbeat() {
        return stamps.lastHeartbeat().exceptionally(failure -> null);
    }

    @Override
    public CompletableFuture<TableStates> read(Collection<String> tables) {
        @Nullable Integer before = availability.validation();
        BypassReason reason = availability.bypassed();
        return reason != null
                ? CompletableFuture.failedFuture(unusable(reason))
                : stamps.read(tables).thenApply(states -> {
                    BypassReason meanwhile = availability.bypassedSince(before);
                    if (meanwhile != null) {
                        throw unusable(meanwhile);
                    }
                    return states;
                });
    }

    private UnavailableException unusable(BypassReason reason) {
        return new UnavailableException(name() + " is bypassed: " + reason);
    }

    @Override
    public long mostAgeNanos() {
        return stamps.mostAgeNanos();
    }

    @Override
    public CompletableFuture<Void> clear() {
        return availability.confirmed("an invalidation", stamps.clear(), null);
    }

    @Override
    public CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates) {
        return availability.heartbeat(() -> stamps.heartbeat(updates));
    }
}
