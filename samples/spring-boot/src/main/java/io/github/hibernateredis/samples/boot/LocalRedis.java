package io.github.hibernateredis.samples.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Redis server in the artifact {@code org.signal:embedded-redis}, on a free port. It ends with this JVM. */
final class LocalRedis implements AutoCloseable {

    private static final String VERSION = "7.0.15";

    private final Path executable;
    private final int port;
    private @Nullable Process process;

    private LocalRedis(Path executable, int port) {
        this.executable = executable;
        this.port = port;
    }

    static LocalRedis start() throws IOException, InterruptedException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        Path executable = Files.createTempDirectory("redis").resolve("redis-server");
        try (InputStream in = LocalRedis.class.getResourceAsStream(
                "/redis-server-" + VERSION + "-" + system + "-" + processor)) {
            if (in == null) {
                throw new IllegalStateException("There is no embedded Redis for this machine");
            }
            Files.copy(in, executable);
        }
        if (!executable.toFile().setExecutable(true)) {
            throw new IOException("Cannot make executable: " + executable);
        }
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        LocalRedis redis = new LocalRedis(executable, port);
        Runtime.getRuntime().addShutdownHook(new Thread(redis::kill));
        redis.launch();
        return redis;
    }

    int port() {
        return port;
    }

    void launch() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        executable.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long begin = System.nanoTime();
        while (!answers()) {
            if (System.nanoTime() - begin > Duration.ofSeconds(30).toNanos()) {
                throw new IllegalStateException("Redis does not start");
            }
            Thread.sleep(20);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return in.read() == '+';
        } catch (IOException e) {
            return false;
        }
    }

    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        Files.deleteIfExists(executable);
        Files.deleteIfExists(executable.getParent());
    }
}
