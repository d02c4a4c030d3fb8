package io.github.hibernateredis.integration.consistency;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What one thread of a worker writes down: its reads and its commits, a line each, in a file that outlives the worker's
 * sudden death. For one thread.
 */
final class Journal implements AutoCloseable {

    private final Writer file;

    Journal(Path path) throws IOException {
        file = Files.newBufferedWriter(path);
    }

    void committed(String transaction, long called, long returned) {
        line("C", transaction, Long.toString(called), Long.toString(returned));
    }

    void read(History.Read read) {
        line(
                "R",
                read.register(),
                read.value(),
                Boolean.toString(read.seen()),
                Long.toString(read.from()),
                Long.toString(read.until()),
                read.reader());
    }

    private void line(String... words) {
        try {
            file.write(String.join("\t", words) + "\t.\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands what has been written to the operating system: from here on a kill cannot lose it. */
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

    /** Adds a journal to the history. Its last line may be cut off, which the missing dot at its end tells. */
    static void tell(Path path, History history) {
        try (Stream<String> lines = Files.lines(path)) {
            lines.map(line -> line.split("\t")).forEach(words -> tell(words, history));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tell(String[] words, History history) {
        if (words[0].equals("C") && words.length == 5) {
            history.committed(words[1], new History.Commit(Long.parseLong(words[2]), Long.parseLong(words[3])));
        } else if (words[0].equals("R") && words.length == 8) {
            history.read(new History.Read(
                    words[1],
                    words[2],
                    Boolean.parseBoolean(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    words[6]));
        }
    }
}
