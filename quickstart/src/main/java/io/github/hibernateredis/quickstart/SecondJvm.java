package io.github.hibernateredis.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Another process with the same class path, which runs {@link SecondNode}, like a second server of the application. It
 * ends with this JVM. Not thread safe.
 */
final class SecondJvm implements AutoCloseable {

    /** The result of an operation in the second JVM. */
    record Answer(long statements, long nanos, BigDecimal price) {}

    private final Process process;
    private final PrintWriter out;
    private final BufferedReader in;

    private SecondJvm(Process process) {
        this.process = process;
        this.out = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.in = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts the process and waits until it is ready. */
    static SecondJvm start(String databaseUrl, String redisUrl) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.jboss.logging.provider=slf4j",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        SecondNode.class.getName(),
                        databaseUrl,
                        redisUrl)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        SecondJvm second = new SecondJvm(process);
        second.answer();
        return second;
    }

    long pid() {
        return process.pid();
    }

    /** The price of a product, as the second instance sees it. */
    Answer price(long productId) throws IOException {
        return ask("price " + productId);
    }

    /** Makes the second instance change the price of a product. */
    Answer changePrice(long productId, BigDecimal price) throws IOException {
        return ask("change " + productId + " " + price.toPlainString());
    }

    private Answer ask(String request) throws IOException {
        out.println(request);
        String[] words = answer().split(" ");
        return new Answer(Long.parseLong(words[0]), Long.parseLong(words[1]), new BigDecimal(words[2]));
    }

    private String answer() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("The second JVM has ended");
        }
        return line;
    }

    /** Ends the process in an orderly way. */
    @Override
    public void close() {
        out.close();
        process.onExit().join();
    }
}
