package io.github.hibernateredis.integration.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No password is ever logged or thrown, whatever fails and at any log level. */
class SecretsIT {

    private static final List<String> EVERYTHING_IS_LOGGED = List.of(
            "-Dorg.jboss.logging.provider=slf4j",
            "-Dorg.slf4j.simpleLogger.showShortLogName=false",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
            "-Dorg.slf4j.simpleLogger.log.io.github.hibernateredis=trace",
            "-Dorg.slf4j.simpleLogger.log.org.redisson=trace",
            "-Dorg.slf4j.simpleLogger.log.io.netty=debug");

    @Test
    void noPasswordIsLoggedOrThrown(@TempDir Path folder) throws IOException {
        try (RedisServer redis = RedisServer.start();
                ForkedJvm worker =
                        ForkedJvm.start(EVERYTHING_IS_LOGGED, SecretsWorker.class, redis.url(), folder.toString())) {
            worker.await("DONE", Duration.ofMinutes(5));
        }
        String log = Files.readString(folder.resolve("log"), UTF_8);
        List<String> leaks = new ArrayList<>();
        for (String scenario : log.split("(?m)^" + SecretsWorker.SCENARIO)) {
            String name = scenario.lines().findFirst().orElse("");
            scenario.lines()
                    .filter(line -> line.contains(SecretsWorker.SECRET))
                    .map(line -> name + ": " + line)
                    .forEach(leaks::add);
        }
        assertThat(leaks).isEmpty();
        assertThat(log).as("Redisson's log in detail").contains("AUTH(password masked)");
        assertThat(log)
                .as("what the provider says")
                .contains("WRONGPASS", "NOAUTH", "not a Redisson YAML file", "to be percent-encoded");
    }
}
