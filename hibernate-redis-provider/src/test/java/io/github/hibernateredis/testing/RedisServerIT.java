package io.github.hibernateredis.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RedisServerIT {

    @Test
    void answersWhenItHasStartedAndIsGoneWhenClosed() {
        RedisServer server = RedisServer.start();
        try (server;
                RedisCommands redis = server.connect()) {
            assertThat(redis.ping()).isTrue();
            assertThat(redis.info("server")).containsEntry("tcp_port", Integer.toString(server.port()));
        }
        assertThat(server.isAlive()).isFalse();
        assertThatThrownBy(server::connect).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void serversLiveSideBySideWithoutSharingData() {
        try (RedisServer one = RedisServer.start();
                RedisServer other = RedisServer.start();
                RedisCommands toOne = one.connect();
                RedisCommands toOther = other.connect()) {
            toOne.call("SET", "key", "value");
            assertThat(toOther.keys("*")).isEmpty();
        }
    }

    @Test
    void takesSettings() {
        try (RedisServer server = RedisServer.start("--maxmemory-policy", "allkeys-lru", "--requirepass", "secret");
                RedisCommands redis = server.connect()) {
            assertThat(server.url()).contains(":secret@");
            assertThat(redis.map("CONFIG", "GET", "maxmemory-policy")).containsValue("allkeys-lru");
        }
    }

    @Test
    void saysThatItDoesNotStart() {
        assertThatThrownBy(() -> RedisServer.start("--no-such-setting", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("redis.log");
    }

    @Test
    void aPausedServerKeepsConnectionsAndAnswersOnlyWhenItGoesOn() {
        try (RedisServer server = RedisServer.start();
                RedisCommands patient = server.connect();
                RedisCommands impatient = RedisCommands.connect(server.url(), Duration.ofMillis(100))) {
            server.pause();
            assertThatThrownBy(() -> impatient.call("PING")).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(server.isAlive()).isTrue();
            server.resume();
            assertThat(patient.ping()).isTrue();
        }
    }

    @Test
    void aPausedServerCanBeClosed() {
        RedisServer server = RedisServer.start();
        try (server) {
            server.pause();
        }
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void aKilledServerComesBackEmptyOnItsPortAsAnotherRun() {
        try (RedisServer server = RedisServer.start()) {
            int port = server.port();
            String run = runId(server);
            write(server);
            server.kill();
            assertThatThrownBy(server::connect).isInstanceOf(UncheckedIOException.class);
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(runId(server)).isNotEqualTo(run);
            assertThat(read(server)).isNull();
        }
    }

    @Test
    void restartsWithWhatItSavedOrWithoutIt() {
        try (RedisServer server = RedisServer.start()) {
            write(server);
            try (RedisCommands redis = server.connect()) {
                redis.call("SAVE");
            }
            server.restart();
            assertThat(read(server)).isEqualTo("value");
            server.restartEmpty();
            assertThat(read(server)).isNull();
        }
    }

    @Test
    void commandsReadEveryKindOfReply() {
        try (RedisServer server = RedisServer.start();
                RedisCommands redis = server.connect()) {
            byte[] binary = {0, -1, '\r', '\n'};
            assertThat(redis.call("SET", "key", "Grüße")).isEqualTo("OK");
            assertThat(redis.string("GET", "key")).isEqualTo("Grüße");
            redis.call("SET", "binary", binary);
            assertThat(redis.callRaw("GET", "binary")).isEqualTo(binary);
            assertThat(redis.string("GET", "absent")).isNull();
            assertThat(redis.number("INCRBY", "count", 41)).isEqualTo(41);
            redis.call("HSET", "hash", "a", 1, "b", 2);
            assertThat(redis.map("HGETALL", "hash")).containsEntry("a", "1").containsEntry("b", "2");
            assertThat(redis.keys("*")).containsExactly("binary", "count", "hash", "key");
            assertThatThrownBy(() -> redis.call("INCR", "hash"))
                    .isInstanceOf(RedisException.class)
                    .hasMessageStartingWith("WRONGTYPE");
            assertThat(redis.list("EVAL", "return {1, false, {'nested'}}", 0))
                    .containsExactly(1L, null, List.of("nested"));
            redis.flushAll();
            assertThat(redis.keys("*")).isEmpty();
        }
    }

    @Test
    void commandsAreCounted() {
        try (RedisServer server = RedisServer.start();
                RedisCommands redis = server.connect()) {
            redis.call("HSET", "hash", "a", 1);
            redis.resetStatistics();
            redis.call("HGET", "hash", "a");
            redis.call("HGET", "hash", "b");
            assertThat(redis.commandStats()).hasSize(1).containsEntry("hget", 2L);
        }
    }

    @Test
    void theSharedServerIsOneAndAnswers() {
        String url = SharedRedis.url();
        try (RedisCommands redis = SharedRedis.connect()) {
            assertThat(redis.info("server")).containsEntry("redis_version", SharedRedis.version());
        }
        assertThat(SharedRedis.url()).isEqualTo(url);
        assertThat(SharedRedis.isAtLeast(6, 2)).isTrue();
        assertThat(SharedRedis.isAtLeast(99, 0)).isFalse();
    }

    @Test
    void anExecutableThatIsNoneIsNamed() {
        assertThatThrownBy(() -> RedisServer.start(Path.of("no", "such", "server")))
                .hasMessageContaining(Path.of("no", "such", "server").toString());
    }

    private static String runId(RedisServer server) {
        try (RedisCommands redis = server.connect()) {
            return redis.info("server").getOrDefault("run_id", "");
        }
    }

    private static void write(RedisServer server) {
        try (RedisCommands redis = server.connect()) {
            redis.call("SET", "key", "value");
        }
    }

    private static @Nullable String read(RedisServer server) {
        try (RedisCommands redis = server.connect()) {
            return redis.string("GET", "key");
        }
    }
}
