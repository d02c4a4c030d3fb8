package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that can be stopped, continued and killed, and that ends with this JVM. A shell sends the signals, because
 * its built-in {@code kill} exists even without such a program.
 */
final class ChildProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    static ChildProcess start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        try {
            Leash.tie(process.toHandle());
            return new ChildProcess(process);
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    Process process() {
        return process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits at most that time for the end of the process, and returns whether it has ended. Used by polling loops that
     * must notice its end.
     */
    boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for process " + process.pid(), e);
        }
    }

    /** Stops the process, like a long garbage collection or a hung machine, and waits until it has stopped. */
    void pause() {
        signal("STOP");
        long start = System.nanoTime();
        while (!isStopped()) {
            if (endsWithin(Duration.ofMillis(1)) || System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("Process " + process.pid() + " does not stop");
            }
        }
    }

    void resume() {
        signal("CONT");
    }

    /** Kills the process and waits until it has ended. Does nothing if it has ended already. */
    void kill() {
        process.destroyForcibly();
        if (!endsWithin(PATIENCE)) {
            throw new IllegalStateException("Process " + process.pid() + " does not die");
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("Process " + process.pid() + " takes no " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Signals arrive asynchronously. Linux shows when one has taken effect; without /proc the test assumes it. */
    private boolean isStopped() {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.exists(stat)) {
            return true;
        }
        try {
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
