package io.github.hibernateredis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** Collects the lines that any thread logs, at the level WARN or above, until this object is closed. */
public final class LoggedLines implements AutoCloseable {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public LoggedLines() {
        System.setErr(new PrintStream(bytes, true, UTF_8));
    }

    public List<String> warnings() {
        return bytes.toString(UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") || line.contains("ERROR"))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(before);
        before.print(bytes.toString(UTF_8));
    }
}
