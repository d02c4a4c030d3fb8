package io.github.hibernateredis.resilience;

import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStates;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Records requests. Answers, fails, or gives the result that the test has set. */
final class UnsteadyStores implements Stores {

    /** An error reply of the server. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    static final Lookup.Hit HIT =
            new Lookup.Hit(new byte[] {1}, new Stamp(1, "epoch"), 1000, new Invalidations("", "epoch", 0), false);

    static final TableStates STATES = new TableStates(new Invalidations("", "epoch", 0), 0, Map.of("Book", 1L));

    private static final Map<String, Object> ANSWERS = Map.of(
            "read",
            HIT,
            "readAll",
            Map.of("1", HIT, "2", Lookup.Miss.ABSENT),
            "put",
            PutOutcome.STORED,
            "lockRegion",
            true,
            "states",
            STATES,
            "size",
            new RegionSize(1, 1));

    final List<String> sent = new ArrayList<>();

    /** The answers that the test has set, by "region operation". */
    final Map<String, CompletableFuture<?>> scripted = new HashMap<>();

    WriteFailures writeFailures = WriteFailures.NONE;

    @Nullable
    RuntimeException failure;

    int connectionChanges;

    @Override
    public int connectionChanges() {
        return connectionChanges;
    }

    @Override
    public void onConnectionChange(Runnable listener) {}

    @Override
    public void follow(InvalidationListener listener) {}

    @Override
    public CompletableFuture<Void> nearHeartbeat(Collection<String> owners, Duration publishFor) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return GuardedServer.cause(failure) instanceof Refusal;
    }

    @Override
    public CompletableFuture<Void> connect() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public RegionStore region(RegionSpec spec) {
        return store(RegionStore.class, spec.name());
    }

    @Override
    public TableStamps tables(String qualifiedName) {
        return store(TableStamps.class, qualifiedName);
    }

    private <T> T store(Class<T> type, String name) {
        InvocationHandler handler = (store, method, arguments) -> {
            boolean isStates = type == TableStamps.class && method.getName().equals("read");
            return method.getName().equals("name")
                    ? name
                    : answer(name + " " + method.getName(), isStates ? "states" : method.getName());
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private CompletableFuture<?> answer(String request, String operation) {
        sent.add(request);
        CompletableFuture<?> answer = scripted.get(request);
        if (answer != null) {
            return answer;
        }
        return failure == null
                ? CompletableFuture.completedFuture(ANSWERS.get(operation))
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        return failure == null
                ? CompletableFuture.completedFuture(
                        new TransactionBegun(Map.of(), writeFailures.tables() == null, writeFailures))
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        return failure == null
                ? CompletableFuture.completedFuture(writeFailures)
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public void close() {
        sent.add("closed");
    }
}
