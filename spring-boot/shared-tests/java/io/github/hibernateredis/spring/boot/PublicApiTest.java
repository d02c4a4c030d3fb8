package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.testing.PublicApi;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares the starter's public API with the accepted list {@code api.txt}. */
final class PublicApiTest {

    private static final Path MODULE = Path.of("..", "hibernate-redis-spring-boot-autoconfigure");
    private static final String ROOT = "io.github.hibernateredis.spring.boot";

    @Test
    void nothingHasChangedByAccident() throws Exception {
        PublicApi api = PublicApi.of(MODULE.resolve("src/main/java"), Set.of(ROOT, ROOT + ".test"), Set.of());
        api.checkAgainst(MODULE.resolve("api.txt"));
        api.checkThatAllSaySinceWhen();
    }
}
