package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.SharedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sessions on virtual threads, in a JVM that has them: this one, the newest installed one, or the one in
 * {@code -Dvirtual.java=}. Without one the test is skipped with a message.
 */
final class VirtualThreadsIT {

    private static Optional<Path> java() throws IOException {
        String named = System.getProperty("virtual.java", "");
        if (!named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        if (Runtime.version().feature() >= 21) {
            return Optional.of(Path.of(System.getProperty("java.home")));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(installed)) {
            return homes.filter(home -> home.getFileName().toString().matches(".*\\b2[1-9]\\b.*"))
                    .filter(home -> Files.isExecutable(home.resolve("bin").resolve("java")))
                    .max((one, other) -> one.getFileName().compareTo(other.getFileName()));
        }
    }

    @Test
    void noneIsPinnedInTheProviderAndThreadLocalsDoNotGrow() throws IOException {
        Optional<Path> java = java();
        if (java.isEmpty()) {
            System.out.println("Virtual threads were not tested: there is no JVM here that has them");
        }
        assumeTrue(java.isPresent(), "no JVM with virtual threads");
        try (ForkedJvm sessions = ForkedJvm.startOn(
                java.get(),
                List.of(
                        "-Dredis.url=" + SharedRedis.url(),
                        "-Dorg.jboss.logging.provider=slf4j",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED"),
                VirtualThreadsWorker.class)) {
            System.out.println("Virtual threads were tested on Java " + sessions.await("JAVA"));
            assertThat(sessions.await("HITS")).isEqualTo("true");
            assertThat(sessions.await("PINNED")).isEqualTo("0");
            assertThat(sessions.await("GROWN")).isEqualTo("0");
        }
    }
}
