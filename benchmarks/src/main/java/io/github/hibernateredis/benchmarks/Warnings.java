package io.github.hibernateredis.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Warnings for readers of the figures, printed to the console and stored with the figures. */
final class Warnings {

    static final String FILE = "warnings.txt";

    private Warnings() {}

    static void add(String text) {
        // Printed to standard output, as part of JMH's output.
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
