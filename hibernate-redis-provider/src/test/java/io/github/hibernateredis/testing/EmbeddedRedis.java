package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** The Redis executable in the artifact {@code org.signal:embedded-redis}, unpacked to {@code target/redis}. */
final class EmbeddedRedis {

    /** The version in release 0.9.1 of the artifact: statically linked, for Linux and macOS. */
    private static final String VERSION = "7.0.15";

    private EmbeddedRedis() {}

    /**
     * Returns the path of the executable; unpacks it if necessary.
     *
     * @throws IllegalStateException if there is none for this machine
     */
    static synchronized Path executable() {
        String name = "redis-server-" + VERSION + "-" + system() + "-" + processor();
        try (InputStream in = EmbeddedRedis.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("There is no embedded Redis for this machine (" + name
                        + "): name a server by -Dredis.url= or an executable by -Dredis.server=");
            }
            Path executable =
                    Files.createDirectories(Path.of("target", "redis")).resolve(name);
            if (!Files.exists(executable)) {
                // Other JVMs may do the same at the same time: each of them sees no file or a complete one.
                Path unpacked = Files.createTempFile(executable.getParent(), name, ".tmp");
                Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(unpacked, executable, StandardCopyOption.ATOMIC_MOVE);
            }
            return executable.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.contains("mac") ? "darwin" : name;
    }

    private static String processor() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            case "x86", "i386", "i686" -> "386";
            default -> System.getProperty("os.arch");
        };
    }
}
