package io.github.hibernateredis.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A Redis server for this JVM, from the artifact {@code org.signal:embedded-redis}, which contains it for Linux and
 * macOS. It keeps everything in memory and ends with this JVM, even if the JVM crashes. Not thread safe.
 */
final class EmbeddedRedis implements AutoCloseable {

    private static final String VERSION = "7.0.15";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * Runs a program until standard input ends, which happens when this JVM closes it or dies. An interrupt from the
     * terminal also reaches this shell, which must survive it to end the program.
     */
    private static final String UNTIL_INPUT_ENDS = "trap '' INT TERM HUP; \"$@\" & read -r line; kill -9 $!";

    private final int port;
    private final Process shell;

    private EmbeddedRedis(int port, Process shell) {
        this.port = port;
        this.shell = shell;
    }

    /**
     * Starts the server on a free port and waits until it answers.
     *
     * @throws IllegalStateException if there is no server for this machine, or if it does not answer
     */
    static EmbeddedRedis start() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "redis")).toAbsolutePath();
        int port = freePort();
        List<String> command = new ArrayList<>(List.of("sh", "-c", UNTIL_INPUT_ENDS, "sh"));
        command.add(unpack(folder).toString());
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
        Path log = folder.resolve("redis.log");
        Process shell = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        EmbeddedRedis redis = new EmbeddedRedis(port, shell);
        long start = System.nanoTime();
        while (!redis.answers()) {
            if (shell.waitFor(10, TimeUnit.MILLISECONDS) || System.nanoTime() - start > PATIENCE.toNanos()) {
                redis.close();
                throw new IllegalStateException("Redis does not start. See the log " + log);
            }
        }
        return redis;
    }

    String version() {
        return VERSION;
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        shell.onExit().join();
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] reply = socket.getInputStream().readNBytes("+PONG".length());
            return new String(reply, StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Path unpack(Path folder) throws IOException {
        String name = "redis-server-" + VERSION + "-" + system() + "-" + processor();
        Path executable = folder.resolve(name);
        try (InputStream in = EmbeddedRedis.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("There is no embedded Redis for this machine: " + name);
            }
            Files.copy(in, executable, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!executable.toFile().setExecutable(true)) {
            throw new IOException("Cannot make executable: " + executable);
        }
        return executable;
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.contains("mac") ? "darwin" : name;
    }

    private static String processor() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
