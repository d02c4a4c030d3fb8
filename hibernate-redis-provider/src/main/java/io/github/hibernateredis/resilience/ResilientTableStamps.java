package io.github.hibernateredis.resilience;

import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStamps;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Table stamps whose failures are outdated results and debts. */
final class ResilientTableStamps implements TableStamps {

    private final TableStamps stamps;
    private final long budgetNanos;
    private final Debt debt;

    ResilientTableStamps(TableStamps stamps, long budgetNanos) {
        this.stamps = stamps;
        this.budgetNanos = budgetNanos;
        this.debt = new Debt("The cache of query results", () -> bounded(stamps.clear()));
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
        return owed("the begin of an update", stamps.begin(holder, tables), false);
    }

    @Override
    public CompletableFuture<Void> end(String holder, Collection<String> tables) {
        return owed("the end of an update", stamps.end(holder, tables), null);
    }

    @Override
    public CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        return debt.isOwed()
                ? CompletableFuture.completedFuture(false)
                : bounded(stamps.isCurrent(tables, result))
                        .handle((current, failure) -> failure == null && current && !debt.isOwed());
    }

    @Override
    public CompletableFuture<Void> clear() {
        return owed("a clear", stamps.clear(), null);
    }

    @Override
    public CompletableFuture<Void> pulse(Collection<Holding> holdings) {
        CompletableFuture<Boolean> settled = debt.settle();
        CompletableFuture<Void> pulse = bounded(stamps.pulse(holdings)).exceptionally(failure -> null);
        return CompletableFuture.allOf(settled, pulse);
    }

    private <T extends @Nullable Object> CompletableFuture<T> owed(
            String operation, CompletableFuture<T> write, T otherwise) {
        return bounded(write).exceptionally(failure -> {
            debt.incur(operation, failure);
            return otherwise;
        });
    }

    private <T extends @Nullable Object> CompletableFuture<T> bounded(CompletableFuture<T> operation) {
        return operation.isDone() ? operation : operation.orTimeout(budgetNanos, TimeUnit.NANOSECONDS);
    }
}
