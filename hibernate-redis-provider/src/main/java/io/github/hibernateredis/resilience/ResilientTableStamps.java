package io.github.hibernateredis.resilience;

import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStamps;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Table stamps whose failures are outdated results and debts. */
final class ResilientTableStamps implements TableStamps {

    private final TableStamps stamps;
    private final Link link;
    private final Confirmation confirmation;
    private final Debt debt;

    ResilientTableStamps(TableStamps stamps, String name, Link link) {
        this.stamps = stamps;
        this.link = link;
        this.confirmation = new Confirmation(link);
        this.debt = new Debt("The cache of query results", name, link.listener(), () -> link.probe(stamps::clear));
    }

    Debt debt() {
        return debt;
    }

    @Override
    public @Nullable Stamp asOf(long openedAt) {
        return stamps.asOf(openedAt);
    }

    @Override
    public CompletableFuture<Boolean> begin(String holder, Collection<String> tables) {
        return owed("the begin of an update", () -> stamps.begin(holder, tables), false);
    }

    @Override
    public CompletableFuture<Void> end(String holder, Collection<String> tables) {
        return owed("the end of an update", () -> stamps.end(holder, tables), null);
    }

    @Override
    public CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        int confirmed = confirmation.current();
        return debt.isOwed() || confirmed == Confirmation.NEVER
                ? CompletableFuture.completedFuture(false)
                : link.send(() -> stamps.isCurrent(tables, result))
                        .handle((current, failure) ->
                                failure == null && current && !debt.isOwed() && confirmation.stillHolds(confirmed));
    }

    @Override
    public CompletableFuture<Void> clear() {
        return owed("a clear", stamps::clear, null);
    }

    @Override
    public CompletableFuture<Void> pulse(Collection<Holding> holdings) {
        CompletableFuture<Boolean> settled = debt.settle();
        CompletableFuture<Void> confirmed = confirmation.by(() -> stamps.pulse(holdings));
        return CompletableFuture.allOf(settled, confirmed);
    }

    private <T extends @Nullable Object> CompletableFuture<T> owed(
            String operation, Supplier<CompletableFuture<T>> write, T otherwise) {
        return link.sendWrite(write).exceptionally(failure -> {
            debt.incur(operation, failure);
            return otherwise;
        });
    }
}
