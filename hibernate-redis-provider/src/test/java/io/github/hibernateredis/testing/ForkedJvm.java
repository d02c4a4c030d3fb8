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
 * A second JVM with the class path of this one, talked to in lines: what is {@linkplain #send sent} arrives at its
 * standard input, what it prints can be {@linkplain #await awaited}. It may be paused and killed at any point.
 *
 * <p>It gets this JVM's system properties that begin with {@code redis.} or {@code postgres.}. Its standard error goes
 * to a file below {@code target/jvm}. A main class should end when its standard input does. Sending and awaiting are
 * for one thread; the rest is safe for several.
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

    /** Starts a main class with no options for the JVM. */
    public static ForkedJvm start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /**
     * Starts a main class. Returns at once: the first line to await should say that it is ready.
     *
     * @param options options for the JVM, for example {@code -Xmx64m}
     */
    public static ForkedJvm start(List<String> options, Class<?> main, String... arguments) {
        return startOn(Path.of(System.getProperty("java.home")), options, main, arguments);
    }

    /** Starts a main class as {@link #start(List, Class, String...)} does, on another Java than this. */
    public static ForkedJvm startOn(Path javaHome, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        // A short-lived JVM on few processors: the optimizing compiler and parallel collectors cost more than they
        // give.
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

    /** Writes one line to the JVM's standard input; lost without an error if it is dead. */
    public void send(String line) {
        input.println(line);
    }

    /**
     * Waits up to a minute for a line that begins so, and passes over others.
     *
     * @return what follows the prefix, without white space around it
     * @throws IllegalStateException if the JVM ends or the time passes before
     */
    public String await(String prefix) {
        return await(prefix, PATIENCE);
    }

    /** Waits like {@link #await(String)}, for another time. */
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

    /** Sends a line and awaits its answer. */
    public String ask(String line, String prefix) {
        send(line);
        return await(prefix);
    }

    /** The number of the process. */
    public long pid() {
        return process.process().pid();
    }

    /** Whether the JVM is there, paused or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Stops the JVM where it is (SIGSTOP), as a long garbage collection would. */
    public void pause() {
        process.pause();
    }

    /** Lets a paused JVM go on (SIGCONT). */
    public void resume() {
        process.resume();
    }

    /** Kills the JVM (SIGKILL): no shutdown hook runs, and no transaction is ended. */
    public void kill() {
        process.kill();
    }

    /**
     * Ends the JVM's standard input and waits until it has ended by itself.
     *
     * @return its exit code
     * @throws IllegalStateException if it does not end in a minute
     */
    public int end() {
        return end(PATIENCE);
    }

    /** Ends the JVM like {@link #end()}, and waits for another time. */
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

    /** The reader's loop; the end of the output is an empty line in the queue. */
    private void read() {
        try (BufferedReader reader = process.process().inputReader(UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                output.add(Optional.of(line));
                line = reader.readLine();
            }
        } catch (IOException e) {
            // Java closes a killed process's streams under the reader: the end, too.
        }
        output.add(Optional.empty());
    }
}
