package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.config.ClearOnStart;
import io.github.hibernateredis.config.Compression;
import io.github.hibernateredis.config.OnForeignPrefix;
import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.config.ServerMode;
import io.github.hibernateredis.testing.PublicApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the public API with the accepted list {@code api.txt}. */
final class PublicApiTest {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String ROOT = "io.github.hibernateredis";

    /** Public only for other packages of the provider, for the ORM and for the service loader. */
    private static final Set<String> INTERNAL = Set.of(
            "CacheEvents",
            "CacheLog",
            "LogMessage",
            "OnceWarnings",
            "Pace",
            "RedisStrategyRegistration",
            "StartIntegrator",
            "TableStampsContributor");

    private static PublicApi api() throws Exception {
        return PublicApi.of(SOURCES, Set.of(ROOT, ROOT + ".events", ROOT + ".inspection", ROOT + ".metrics"), INTERNAL)
                .and(
                        ClearOnStart.class,
                        Compression.class,
                        OnForeignPrefix.class,
                        OutagePolicy.class,
                        ServerMode.class);
    }

    @Test
    void nothingHasChangedByAccident() throws Exception {
        api().checkAgainst(Path.of("api.txt"));
    }

    @Test
    void noTypeThatIsNotForApplicationsIsNeeded() throws Exception {
        api().checkThatNothingElseIsNeeded();
    }

    @Test
    void allSaySinceWhen() throws Exception {
        api().checkThatAllSaySinceWhen();
    }

    /** A package with public types is part of the API, or it is listed here. */
    @Test
    void packagesWithPublicTypesAreNamed() throws IOException {
        Set<String> packages = new TreeSet<>();
        Pattern publicType =
                Pattern.compile("(?m)^public (?:\\w+ |non-sealed )*(?:class|interface|record|enum|@interface) ");
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (publicType.matcher(Files.readString(file)).find()) {
                    packages.add(SOURCES.relativize(file.getParent())
                            .toString()
                            .replace('/', '.')
                            .replace(ROOT, ""));
                }
            }
        }
        assertThat(packages)
                .containsExactlyInAnyOrder(
                        "",
                        ".events",
                        ".inspection",
                        ".metrics", // for applications
                        ".access",
                        ".codec",
                        ".config",
                        ".loading",
                        ".near",
                        ".readahead",
                        ".region",
                        ".resilience",
                        ".session",
                        ".store",
                        ".store.redis");
    }
}
