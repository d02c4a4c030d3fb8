package io.github.hibernateredis.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What whoever reads the figures must know, said on the console and kept beside them. */
final class Warnings {

    static final String FILE = "warnings.txt";

    private Warnings() {}

    static void add(String text) {
        // on the standard output, among what JMH prints of the run
        System.out.println("!! " + text);
        try {
            Files.writeString(
                    Path.of(System.getProperty(Options.RESULTS)).resolve(FILE),
                    text + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
