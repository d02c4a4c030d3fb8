package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server for one test on a free port of the loopback address. The test may pause, kill and restart it.
 *
 * <p>The executable is that of the system property {@code redis.server} or, without it, the one in the artifact
 * {@code org.signal:embedded-redis}. Each server works in its own folder below {@code target/redis}, which also
 * contains its log. It saves nothing by itself: data survive a {@link #restart()} only with {@code --appendonly yes} or
 * after a {@code SAVE}. Not thread safe.
 */
public final class RedisServer implements AutoCloseable {

    /** The system property for another executable than the embedded one. */
    public static final String SERVER_PROPERTY = "redis.server";

    private static final Duration START_TIME = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 5;

    private final Path executable;
    private final boolean sentinel;
    private final List<String> arguments;
    private final Path folder;
    private final int port;
    private ChildProcess process;
    private volatile boolean paused;

    private RedisServer(Path executable, boolean sentinel, List<String> arguments) throws IOException {
        this.executable = executable;
        this.sentinel = sentinel;
        this.arguments = arguments;
        this.folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "redis")), "server-")
                .toRealPath();
        for (int attempt = 1; ; attempt++) {
            int candidate = freePort();
            ChildProcess started = launch(candidate);
            if (started != null) {
                this.port = candidate;
                this.process = started;
                return;
            }
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("Redis does not start; see " + log());
            }
        }
    }

    /**
     * Starts the server and waits until it answers.
     *
     * @param arguments further settings as on the command line, for example {@code "--maxmemory", "10mb"}
     * @throws IllegalStateException if it does not start
     */
    public static RedisServer start(String... arguments) {
        return start(executable(), arguments);
    }

    /** Starts a sentinel that does not monitor any master yet. */
    static RedisServer startSentinel(String... arguments) {
        return start(executable(), true, arguments);
    }

    private static Path executable() {
        String configured = System.getProperty(SERVER_PROPERTY, "");
        return configured.isBlank() ? EmbeddedRedis.executable() : Path.of(configured);
    }

    /** Starts the server like {@link #start(String...)}, with another executable. */
    public static RedisServer start(Path executable, String... arguments) {
        return start(executable, false, arguments);
    }

    private static RedisServer start(Path executable, boolean sentinel, String... arguments) {
        try {
            return new RedisServer(executable.toAbsolutePath(), sentinel, List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + executable, e);
        }
    }

    /** The port, which restarts do not change. */
    public int port() {
        return port;
    }

    /** The address in the form of the provider and of {@link RedisCommands}, with the password if there is one. */
    public String url() {
        return url(port);
    }

    /** The working folder of the server, with its log and snapshots. */
    public Path folder() {
        return folder;
    }

    /** Opens a connection to the server. */
    public RedisCommands connect() {
        return RedisCommands.connect(url());
    }

    /** Whether the server's process exists, paused or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether the server's process exists and is not paused. */
    boolean isRunning() {
        return isAlive() && !paused;
    }

    /** Stops the process (SIGSTOP): connections stay open, but there are no answers. */
    public void pause() {
        paused = true;
        process.pause();
    }

    /** Continues a paused server (SIGCONT). */
    public void resume() {
        process.resume();
        paused = false;
    }

    /** Kills the server (SIGKILL): it saves nothing, and closes no connection in an orderly way. */
    public void kill() {
        process.kill();
    }

    /** Kills the server if it still runs, and starts it on the same port with the files in its folder. */
    public void restart() {
        kill();
        try {
            ChildProcess started = launch(port);
            if (started == null) {
                throw new IllegalStateException("Redis does not start again on port " + port + "; see " + log());
            }
            process = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Restarts the server like {@link #restart()}, but without the files that it has saved. */
    public void restartEmpty() {
        kill();
        try (Stream<Path> saved = Files.walk(folder)) {
            for (Path path : saved.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder) && !path.equals(log())) {
                    Files.delete(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        restart();
    }

    /** Kills the server. Does nothing if called again. */
    @Override
    public void close() {
        kill();
    }

    private Path log() {
        return folder.resolve("redis.log");
    }

    private String url(int somePort) {
        int password = arguments.indexOf("--requirepass") + 1;
        return "redis://" + (password == 0 ? "" : ":" + arguments.get(password) + "@") + "127.0.0.1:" + somePort;
    }

    /**
     * Starts the process and waits for its answer; null if it ended at once, for instance because the port is in use.
     */
    private @Nullable ChildProcess launch(int candidate) throws IOException {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        if (sentinel) {
            // A sentinel writes its state into its configuration, and does not start without such a file.
            Path file = folder.resolve("sentinel.conf");
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            command.addAll(List.of(file.toString(), "--sentinel"));
        } else {
            command.addAll(List.of("--save", ""));
        }
        command.addAll(List.of("--port", Integer.toString(candidate), "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", folder.toString(), "--daemonize", "no"));
        command.addAll(arguments);
        ChildProcess started = ChildProcess.start(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())));
        long start = System.nanoTime();
        while (!answers(candidate)) {
            if (started.endsWithin(Duration.ofMillis(5))) {
                started.close();
                return null;
            }
            if (System.nanoTime() - start > START_TIME.toNanos()) {
                started.close();
                throw new IllegalStateException("Redis does not answer; see " + log());
            }
        }
        return started;
    }

    /**
     * Whether this server, identified by its folder, answers there: two starting servers may have chosen the same port.
     */
    private boolean answers(int candidate) {
        try (RedisCommands redis = RedisCommands.connect(url(candidate), Duration.ofSeconds(1))) {
            return redis.ping() && (sentinel ? isOurSentinel(redis) : isOurs(redis));
        } catch (UncheckedIOException | RedisException e) {
            return false;
        }
    }

    private boolean isOurs(RedisCommands redis) {
        return folder.toString().equals(redis.map("CONFIG", "GET", "dir").get("dir"));
    }

    private boolean isOurSentinel(RedisCommands redis) {
        return folder.resolve("sentinel.conf")
                .toString()
                .equals(redis.info("server").get("config_file"));
    }

    /**
     * A port that was free a moment ago. It is below the ranges for outgoing connections, so that none of these
     * occupies it while the server is down.
     */
    private static int freePort() throws IOException {
        for (int i = 0; i < 100; i++) {
            int candidate = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate));
                return candidate;
            } catch (BindException e) {
                continue;
            }
        }
        throw new IOException("No free port");
    }
}
