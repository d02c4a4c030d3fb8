package io.github.hibernateredis.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What arrangements of several servers have in common. */
final class Servers {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private Servers() {}

    /** Starts so many servers side by side; all or none. */
    static List<RedisServer> start(int number, Supplier<RedisServer> one) {
        List<CompletableFuture<RedisServer>> starting = Stream.generate(() -> CompletableFuture.supplyAsync(one))
                .limit(number)
                .toList();
        List<RedisServer> started = new ArrayList<>();
        CompletionException failure = null;
        for (CompletableFuture<RedisServer> server : starting) {
            try {
                started.add(server.join());
            } catch (CompletionException e) {
                failure = e;
            }
        }
        if (failure != null) {
            started.forEach(RedisServer::close);
            throw failure;
        }
        return started;
    }

    /** The addresses as the setting of the provider takes them. */
    static String urls(List<RedisServer> servers) {
        return servers.stream().map(RedisServer::url).collect(Collectors.joining(","));
    }

    /** Looks again and again at what servers agree upon among themselves. */
    static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("In vain waited for: " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
