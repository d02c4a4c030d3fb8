package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.testing.Leash;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The PostgreSQL that the applications share: the one in {@code -Dpostgres.url=}, or an embedded one. */
final class Postgres {

    private static String url = System.getProperty("postgres.url", "");

    private Postgres() {}

    @SuppressWarnings("resource") // ends with this JVM
    static synchronized String url() throws IOException {
        if (url.isBlank()) {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "postgres")), "data-");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.toAbsolutePath())
                    .setServerConfig("fsync", "off")
                    .start();
            String pid = Files.readAllLines(folder.resolve("postmaster.pid")).get(0);
            Leash.tie(ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow());
            url = server.getJdbcUrl("postgres", "postgres");
        }
        return url;
    }
}
