package io.github.hibernateredis.integration.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisException;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The ways in which Redis can fail. */
enum Away {
    /** SIGSTOP. */
    SILENT(redis -> {
        redis.pause();
        return redis::resume;
    }),
    /** SIGKILL. */
    GONE(redis -> {
        redis.kill();
        return redis::restart;
    }),
    /** New connections need a password. */
    NOAUTH(redis -> {
        protect(redis.connect(), "secret");
        String withPassword = redis.url().replace("redis://", "redis://:secret@");
        return () -> protect(RedisCommands.connect(withPassword), "");
    }),
    /** New connections exceed the maximum number of clients. */
    MAX_CLIENTS(redis -> {
        RedisCommands last = redis.connect();
        last.call("CONFIG", "SET", "maxclients", 1);
        last.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        return () -> {
            last.call("CONFIG", "SET", "maxclients", 1000);
            last.close();
        };
    }),
    /** It was restarted, and takes two and a half seconds to load its snapshot. */
    LOADING(
            redis -> {
                command(redis, "EVAL", "for i = 1, 5000 do redis.call('SET', 'k' .. i, i) end", 0);
                command(redis, "SAVE");
                redis.kill();
                CompletableFuture<Void> restarted = CompletableFuture.runAsync(redis::restart);
                awaitRefusal(redis, "LOADING");
                return () -> {
                    assertThat(restarted).as("it was loading until now").isNotDone();
                    restarted.join();
                };
            },
            "--key-load-delay",
            "500",
            "--loading-process-events-interval-bytes",
            "1024"),
    /** It answers reads, and refuses writes, because it could not save. */
    MISCONF(
            redis -> {
                makeFolder(redis, "taken.rdb");
                command(redis, "BGSAVE");
                awaitRefusal(redis, "MISCONF");
                return () -> command(redis, "CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
            },
            "--save",
            "3600 1000000",
            "--dbfilename",
            "taken.rdb"),
    /** It answers reads, and refuses writes, because it has become the replica of a server that does not exist. */
    READONLY(redis -> {
        command(redis, "REPLICAOF", "127.0.0.1", "1");
        return () -> command(redis, "REPLICAOF", "NO", "ONE");
    });

    private final Function<RedisServer, Runnable> begin;
    private final List<String> arguments;

    Away(Function<RedisServer, Runnable> begin, String... arguments) {
        this.begin = begin;
        this.arguments = List.of(arguments);
    }

    /** A server that can fail in this way. */
    RedisServer start() {
        return RedisServer.start(arguments.toArray(String[]::new));
    }

    /** @return ends the failure */
    Runnable begin(RedisServer redis) {
        return begin.apply(redis);
    }

    private static void command(RedisServer redis, Object... words) {
        try (RedisCommands commands = redis.connect()) {
            commands.call(words);
        }
    }

    /** New connections need the password, and so do existing ones after a reconnect. */
    private static void protect(RedisCommands connection, String password) {
        try (connection) {
            connection.call("CONFIG", "SET", "requirepass", password);
            connection.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    }

    private static void makeFolder(RedisServer redis, String name) {
        try {
            Files.createDirectory(redis.folder().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitRefusal(RedisServer redis, String error) {
        OutageIT.eventually(() -> {
            try {
                command(redis, "DEL", "nothing");
                return false;
            } catch (RedisException e) {
                return e.getMessage().startsWith(error);
            } catch (UncheckedIOException e) {
                return false; // it does not answer yet
            }
        });
    }
}
