package io.github.hibernateredis.integration.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The records of one thread of a worker, one per line, in a file that survives the death of the worker. Not thread
 * safe.
 */
final class Journal implements AutoCloseable {

    /** Receives the records of the journals. */
    interface Listener {

        default void committed(String transaction, History.Commit commit) {}

        /** A transaction is about to change a register, one of those that it has read from that moment on. */
        default void intended(String register, String transaction, long readFrom) {}

        default void read(History.Read read) {}

        /** A read ended with an exception. */
        default void failed(String reader, String failure) {}

        default void probed(Probe probe) {}
    }

    /**
     * One read of a row that never changes.
     *
     * @param node the instance
     * @param hit whether it was cached
     */
    record Probe(int node, long from, long until, boolean hit) {}

    private final Writer file;

    Journal(Path path) throws IOException {
        file = Files.newBufferedWriter(path);
    }

    void committed(String transaction, long called, long returned) {
        line("C", transaction, Long.toString(called), Long.toString(returned));
    }

    void intended(String register, String transaction, long readFrom) {
        line("I", register, transaction, Long.toString(readFrom));
    }

    void read(History.Read read) {
        line(
                "R",
                read.register(),
                read.value(),
                Boolean.toString(read.seen()),
                Boolean.toString(read.kept()),
                Long.toString(read.from()),
                Long.toString(read.until()),
                read.reader());
    }

    void failed(String reader, Throwable failure) {
        line("E", reader, failure.toString().replaceAll("\\s+", " "));
    }

    void probed(Probe probe) {
        line(
                "P",
                Integer.toString(probe.node),
                Long.toString(probe.from),
                Long.toString(probe.until),
                Boolean.toString(probe.hit));
    }

    private void line(String... words) {
        try {
            file.write(String.join("\t", words) + "\t.\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes the records to the operating system: from here on a kill cannot lose them. */
    void flush() {
        try {
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * Reads the journals of a folder. The last line of a journal may be incomplete, which shows in the missing dot at
     * its end.
     */
    static void replay(Path folder, Listener listener) {
        try (Stream<Path> journals = Files.list(folder)) {
            for (Path journal : journals.sorted().toList()) {
                try (Stream<String> lines = Files.lines(journal)) {
                    lines.map(line -> line.split("\t")).forEach(words -> replay(words, listener));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replay(String[] words, Listener listener) {
        if (!words[words.length - 1].equals(".")) {
            return;
        }
        switch (words[0]) {
            case "C" -> listener.committed(words[1], new History.Commit(number(words[2]), number(words[3])));
            case "I" -> listener.intended(words[1], words[2], number(words[3]));
            case "R" ->
                listener.read(new History.Read(
                        words[1],
                        words[2],
                        Boolean.parseBoolean(words[3]),
                        Boolean.parseBoolean(words[4]),
                        number(words[5]),
                        number(words[6]),
                        words[7]));
            case "E" -> listener.failed(words[1], words[2]);
            case "P" ->
                listener.probed(new Probe(
                        Integer.parseInt(words[1]),
                        number(words[2]),
                        number(words[3]),
                        Boolean.parseBoolean(words[4])));
            default -> throw new IllegalArgumentException("A line that begins with " + words[0]);
        }
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }
}
