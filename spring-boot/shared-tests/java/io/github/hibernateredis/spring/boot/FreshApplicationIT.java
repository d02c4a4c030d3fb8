package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.spring.boot.app.FreshApplication;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a new application in a separate JVM, configured as the page for Spring Boot says, with the developer tools. */
final class FreshApplicationIT {

    private static final Pattern CONFIGURATION = Pattern.compile("```yaml\\n(spring:.*?)```", Pattern.DOTALL);

    private static String documented() throws IOException {
        Matcher block = CONFIGURATION.matcher(Files.readString(Path.of("..", "..", "docs", "spring-boot.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    /**
     * Reloaded classes read its cached values, its log contains no warnings, and no thread keeps the classes of the
     * first run.
     */
    @Test
    void hitsBeforeAndAfterARestartAndWarnsOfNothing(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("application.log");
        try (RedisServer redis = RedisServer.start()) {
            Files.writeString(
                    folder.resolve("application.yml"),
                    documented().replace("redis.example.com", "127.0.0.1\n      port: " + redis.port()));
            try (ForkedJvm application = ForkedJvm.start(
                    List.of(
                            "-Dspring.config.location=file:" + folder.resolve("application.yml"),
                            "-Dspring.datasource.url=" + Postgres.url(),
                            "-Dspring.jpa.hibernate.ddl-auto=update",
                            "-Dserver.port=0",
                            "-Dspring.devtools.livereload.enabled=false",
                            "-Dlogging.file.name=" + log),
                    FreshApplication.class)) {
                assertThat(application.await("FIRST")).isEqualTo("teapot true RestartClassLoader");
                assertThat(application.await("SECOND")).isEqualTo("teapot true RestartClassLoader");
                assertThat(application.await("TIMER")).isEqualTo("AppClassLoader");
                assertThat(application.end(Duration.ofSeconds(30))).isZero();
            }
            try (var commands = redis.connect()) {
                assertThat(commands.keys("*")).isNotEmpty().allMatch(key -> key.startsWith("shop:"));
            }
        }
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains("Redis is the second-level cache"))
                .filteredOn(line -> line.matches(".*\\b(WARN|ERROR)\\b.*"))
                .filteredOn(line -> !line.contains("spring.jpa.open-in-view is enabled by default")) // from Boot
                .isEmpty();
    }
}
