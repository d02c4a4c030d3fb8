package io.github.hibernateredis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ForkedJvmIT {

    @Test
    void talksInLinesAndEndsWithItsInput() {
        try (ForkedJvm jvm = ForkedJvm.start(Echo.class, "hello")) {
            assertThat(jvm.await("READY")).isEqualTo("hello");
            assertThat(jvm.ask("noise", "ECHO")).isEqualTo("noise");
            assertThat(jvm.end()).isZero();
            assertThat(jvm.isAlive()).isFalse();
        }
    }

    @Test
    void takesOptions() {
        try (ForkedJvm jvm = ForkedJvm.start(List.of("-Dredis.of.this.test=given"), Echo.class, "hello")) {
            jvm.await("READY");
            assertThat(jvm.ask("property redis.of.this.test", "PROPERTY")).isEqualTo("given");
        }
    }

    @Test
    void aPausedJvmAnswersWhenItGoesOn() {
        try (ForkedJvm jvm = ForkedJvm.start(Echo.class, "hello")) {
            jvm.await("READY");
            jvm.pause();
            jvm.send("late");
            assertThatThrownBy(() -> jvm.await("ECHO", Duration.ofMillis(100))).hasMessageContaining("in PT0.1S");
            jvm.resume();
            assertThat(jvm.await("ECHO")).isEqualTo("late");
        }
    }

    @Test
    void awaitingAKilledJvmFailsAtOnce() {
        try (ForkedJvm jvm = ForkedJvm.start(Echo.class, "hello")) {
            jvm.await("READY");
            jvm.kill();
            assertThat(jvm.isAlive()).isFalse();
            assertThatThrownBy(() -> jvm.await("ECHO")).hasMessageContaining("has ended");
            assertThatThrownBy(() -> jvm.await("ECHO")).hasMessageContaining("has ended");
        }
    }

    @Test
    void aServerDoesNotOutliveAKilledJvm() throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(Echo.class, "hello")) {
            jvm.await("READY");
            long pid = Long.parseLong(jvm.ask("server", "SERVER"));
            Optional<ProcessHandle> server = ProcessHandle.of(pid);
            assertThat(server).isPresent();
            jvm.kill();
            server.get().onExit().get(20, TimeUnit.SECONDS);
        }
    }

    /** Repeats its input. */
    static final class Echo {

        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println("READY " + arguments[0]);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            String line = in.readLine();
            while (line != null) {
                System.out.println(answer(line));
                line = in.readLine();
            }
        }

        private static String answer(String line) {
            if (line.equals("server")) {
                try (RedisCommands redis = RedisServer.start().connect()) {
                    return "SERVER " + redis.info("server").get("process_id");
                }
            }
            if (line.startsWith("property ")) {
                return "PROPERTY " + System.getProperty(line.substring("property ".length()));
            }
            return "ECHO " + line;
        }
    }
}
