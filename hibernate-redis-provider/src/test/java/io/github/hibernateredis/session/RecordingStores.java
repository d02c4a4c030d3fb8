package io.github.hibernateredis.session;

import io.github.hibernateredis.store.ForwardingStores;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Records what transactions send. */
final class RecordingStores extends ForwardingStores {

    final List<String> begun = new ArrayList<>();
    final List<String> ended = new ArrayList<>();
    boolean confirming = true;
    CompletableFuture<WriteFailures> endAnswer = CompletableFuture.completedFuture(WriteFailures.NONE);

    RecordingStores() {
        super((Stores) Proxy.newProxyInstance(
                Stores.class.getClassLoader(), new Class<?>[] {Stores.class}, (stores, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    @Override
    public CompletableFuture<TransactionBegun> begin(TransactionBegin begin) {
        String keys = begin.locks().stream().map(lock -> lock.key().key()).collect(Collectors.joining(" "));
        begun.add(begin.update() == null ? keys : keys + " " + begin.update().tables());
        Map<StoreKey, Stamp> held = new HashMap<>();
        if (confirming) {
            begin.locks().forEach(lock -> held.put(lock.key(), new Stamp(1, "epoch")));
        }
        return CompletableFuture.completedFuture(new TransactionBegun(held, confirming, WriteFailures.NONE));
    }

    @Override
    public CompletableFuture<WriteFailures> end(TransactionEnd end) {
        ended.add(Stream.of(
                        end.unlocks().stream()
                                .map(unlock -> "unlock " + unlock.key().key()),
                        end.inserts().stream()
                                .map(insert -> "insert " + insert.key().key()),
                        end.evictions().stream().map(key -> "evict " + key.key()),
                        Stream.ofNullable(end.update())
                                .map(update -> update.tables().toString()))
                .flatMap(each -> each)
                .collect(Collectors.joining(", ")));
        return endAnswer;
    }
}
