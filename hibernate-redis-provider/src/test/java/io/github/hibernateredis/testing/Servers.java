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

/** The common parts of several servers. */
final class Servers {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private Servers() {}

    /** Starts that number of servers in parallel; all or none. */
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

    /** The addresses in the form of the provider's setting. */
    static String urls(List<RedisServer> servers) {
        return servers.stream().map(RedisServer::url).collect(Collectors.joining(","));
    }

    /** Polls a condition on which servers have to agree. */
    static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("Did not happen in time: " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
