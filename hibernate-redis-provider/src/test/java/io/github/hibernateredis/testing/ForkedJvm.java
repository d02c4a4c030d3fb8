package io.github.hibernateredis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM with the class path of this one. Communication is by lines: {@linkplain #send sent} lines arrive at its
 * standard input, and its output can be {@linkplain #await awaited}. It can be paused and killed at any time.
 *
 * <p>It gets this JVM's system properties that begin with {@code redis.} or {@code postgres.}. Its standard error is
 * written to a file below {@code target/jvm}. A main class should end when its standard input ends. Sending and
 * awaiting are not thread safe; the other methods are.
 */
public final class ForkedJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Path log;
    private final ChildProcess process;
    private final PrintStream input;
    private final BlockingQueue<Optional<String>> output = new LinkedBlockingQueue<>();

    private ForkedJvm(String name, Path log, ChildProcess process) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.input = new PrintStream(process.process().getOutputStream(), true, UTF_8);
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a main class without options for the JVM. */
    public static ForkedJvm start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /**
     * Starts a main class, and returns at once. The first line to await should say that it is ready.
     *
     * @param options options for the JVM, for example {@code -Xmx64m}
     */
    public static ForkedJvm start(List<String> options, Class<?> main, String... arguments) {
        return startOn(Path.of(System.getProperty("java.home")), options, main, arguments);
    }

    /** Starts a main class like {@link #start(List, Class, String...)}, on another Java than this one. */
    public static ForkedJvm startOn(Path javaHome, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        // For a short-lived JVM on few processors, the optimizing compiler and parallel collectors cost more than they
        // gain.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        System.getProperties().stringPropertyNames().stream()
                .filter(key -> key.startsWith("redis.") || key.startsWith("postgres."))
                .forEach(key -> command.add("-D" + key + "=" + System.getProperty(key)));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            Path folder = Files.createDirectories(Path.of("target", "jvm"));
            Path log = Files.createTempFile(folder, main.getSimpleName() + "-", ".log");
            ChildProcess process = ChildProcess.start(new ProcessBuilder(command).redirectError(log.toFile()));
            return new ForkedJvm(main.getSimpleName() + " (" + process.process().pid() + ")", log, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes one line to the JVM's standard input. If the JVM is dead, the line is lost without an error. */
    public void send(String line) {
        input.println(line);
    }

    /**
     * Waits at most a minute for a line that begins with this prefix, and skips others.
     *
     * @return the text after the prefix, without surrounding white space
     * @throws IllegalStateException if the JVM ends or the time is over first
     */
    public String await(String prefix) {
        return await(prefix, PATIENCE);
    }

    /** Waits like {@link #await(String)}, with another maximum time. */
    public String await(String prefix, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                Optional<String> line = output.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new IllegalStateException(
                            "No line \"" + prefix + "\" from " + name + " in " + patience + "; see " + log);
                }
                if (line.isEmpty()) {
                    output.add(line);
                    throw new IllegalStateException(
                            "No line \"" + prefix + "\" from " + name + ", which has ended; see " + log);
                }
                if (line.get().startsWith(prefix)) {
                    return line.get().substring(prefix.length()).strip();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends a line and waits for its answer. */
    public String ask(String line, String prefix) {
        send(line);
        return await(prefix);
    }

    /** The id of the process. */
    public long pid() {
        return process.process().pid();
    }

    /** Whether the JVM exists, paused or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Stops the JVM (SIGSTOP), like a long garbage collection. */
    public void pause() {
        process.pause();
    }

    /** Continues a paused JVM (SIGCONT). */
    public void resume() {
        process.resume();
    }

    /** Kills the JVM (SIGKILL): no shutdown hook runs, and no transaction is ended. */
    public void kill() {
        process.kill();
    }

    /**
     * Closes the JVM's standard input and waits until it ends by itself.
     *
     * @return its exit code
     * @throws IllegalStateException if it does not end within a minute
     */
    public int end() {
        return end(PATIENCE);
    }

    /** Ends the JVM like {@link #end()}, with another maximum time. */
    public int end(Duration patience) {
        input.close();
        if (!process.endsWithin(patience)) {
            throw new IllegalStateException(name + " does not end; see " + log);
        }
        return process.process().exitValue();
    }

    /** Kills the JVM if it has not ended. */
    @Override
    public void close() {
        process.close();
    }

    /** The loop of the reader. The end of the output becomes an empty element of the queue. */
    private void read() {
        try (BufferedReader reader = process.process().inputReader(UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                output.add(Optional.of(line));
                line = reader.readLine();
            }
        } catch (IOException e) {
            // Java closes the streams of a killed process while the reader uses them: this is also the end.
        }
        output.add(Optional.empty());
    }
}
