package io.github.hibernateredis.testing;

import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The one Redis server that the tests of a JVM share. It starts at its first use and ends with the JVM.
 *
 * <p>It is chosen in this order:
 * <ol>
 * <li>the server at {@code -Dredis.url=}, whose data the tests may remove;
 * <li>the executable {@code -Dredis.server=};
 * <li>a container of {@code -Dredis.image=} (default {@code redis:8-alpine}), if a Docker engine answers and
 * {@code -Dredis.docker=false} is not set;
 * <li>the embedded Redis, also if that container cannot be started.
 * </ol>
 * One line on standard output says which one it is. Thread safe.
 */
public final class SharedRedis {

    private static final String URL_PROPERTY = "redis.url";
    private static final String DOCKER_PROPERTY = "redis.docker";
    private static final String IMAGE_PROPERTY = "redis.image";
    private static final String DEFAULT_IMAGE = "redis:8-alpine";
    private static final int CONTAINER_PORT = 6379;

    private SharedRedis() {}

    /** The server's address. */
    public static String url() {
        return Running.SERVER.url;
    }

    /**
     * The server's version, for example {@code 7.0.15}; for Valkey the version of Redis with which it claims to be
     * compatible.
     */
    public static String version() {
        return Running.SERVER.version;
    }

    /** Whether the server has at least this version. */
    public static boolean isAtLeast(int major, int minor) {
        String[] parts = version().split("\\.");
        int actualMajor = Integer.parseInt(parts[0]);
        return actualMajor > major || (actualMajor == major && Integer.parseInt(parts[1]) >= minor);
    }

    /** Opens a connection to the server. */
    public static RedisCommands connect() {
        return RedisCommands.connect(url());
    }

    private static final class Running {

        static final Server SERVER = announce(choose());

        private static Server announce(Server server) {
            // On standard output, because a test report must contain the server of the tests.
            System.out.println(
                    "Redis of the tests: " + server.version + " at " + server.url + " (" + server.origin + ")");
            return server;
        }
    }

    private record Server(String url, String version, String origin) {}

    private static Server choose() {
        String url = System.getProperty(URL_PROPERTY, "");
        if (!url.isBlank()) {
            return server(url, "-D" + URL_PROPERTY);
        }
        String executable = System.getProperty(RedisServer.SERVER_PROPERTY, "");
        if (!executable.isBlank()) {
            return server(RedisServer.start().url(), executable);
        }
        boolean dockerAllowed = !"false".equals(System.getProperty(DOCKER_PROPERTY));
        if (dockerAllowed && DockerClientFactory.instance().isDockerAvailable()) {
            String image = System.getProperty(IMAGE_PROPERTY, DEFAULT_IMAGE);
            try {
                return server(startContainer(image), "container of " + image);
            } catch (RuntimeException e) {
                // An engine without the image and without a network: the tests must still run without Docker.
                System.out.println("Docker answers, but cannot run " + image + ": " + e.getMessage());
            }
        }
        return server(RedisServer.start().url(), "embedded");
    }

    @SuppressWarnings("resource") // Testcontainers removes the container when this JVM ends.
    private static String startContainer(String image) {
        GenericContainer<?> container =
                new GenericContainer<>(DockerImageName.parse(image)).withExposedPorts(CONTAINER_PORT);
        container.start();
        return "redis://" + container.getHost() + ":" + container.getMappedPort(CONTAINER_PORT);
    }

    private static Server server(String url, String origin) {
        try (RedisCommands redis = RedisCommands.connect(url)) {
            Map<String, String> info = redis.info("server");
            return new Server(url, info.getOrDefault("redis_version", "unknown"), origin);
        }
    }
}
