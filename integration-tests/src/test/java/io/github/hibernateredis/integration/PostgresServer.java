package io.github.hibernateredis.integration;

import io.github.hibernateredis.testing.Leash;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one PostgreSQL server that the tests of a JVM share. It starts at its first use and ends with the JVM. It is the
 * database at {@code -Dpostgres.url=}, in which the tests create and drop tables, or an embedded server. Thread safe.
 */
public final class PostgresServer {

    private static final String URL_PROPERTY = "postgres.url";

    private PostgresServer() {}

    /** The JDBC address of the database, with user and password. Other JVMs may use it, too. */
    public static String url() {
        return Running.URL;
    }

    private static final class Running {

        static final String URL = choose();
    }

    private static String choose() {
        String url = System.getProperty(URL_PROPERTY, "");
        return url.isBlank() ? startEmbedded() : url;
    }

    @SuppressWarnings("resource") // Ends by its own shutdown hook, or by the leash.
    private static String startEmbedded() {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "postgres")), "data-");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.toAbsolutePath())
                    .setServerConfig("fsync", "off")
                    .start();
            long pid = Long.parseLong(
                    Files.readAllLines(folder.resolve("postmaster.pid")).get(0).strip());
            Leash.tie(ProcessHandle.of(pid).orElseThrow());
            return server.getJdbcUrl("postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
