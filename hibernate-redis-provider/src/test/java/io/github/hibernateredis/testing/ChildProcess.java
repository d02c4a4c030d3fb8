package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that can be stopped, continued and killed, and that does not outlive this JVM. Signals are sent by a shell,
 * whose own {@code kill} is there where no such program is installed.
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

    /** Waits so long for the process to end; whether it has. The pause of a polling loop that must notice a death. */
    boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for process " + process.pid(), e);
        }
    }

    /** Stops the process where it is, as a long garbage collection or a hung machine would, and waits until it stands. */
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

    /** Kills the process without a warning and waits until it is gone. Does nothing to a dead one. */
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

    /** Signals arrive asynchronously; Linux says when this one has. Where there is no /proc it is taken on trust. */
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
