package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.testing.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A client in a separate JVM that reads from Redis without a pause and measures each read. A line on its standard input
 * ends a window, whose figures it then prints. It ends with its input.
 */
final class LatencyReader {

    private static final String KEY = "other-client";

    /** The figures since the last window; times in microseconds. */
    record Window(long reads, double worstMicros, double meanMicros) {}

    /** The figures of the current window. */
    private static final class Figures {

        private long reads;
        private long worst;
        private long sum;

        synchronized void add(long nanos) {
            reads++;
            worst = Math.max(worst, nanos);
            sum += nanos;
        }

        synchronized String takeAll() {
            String line = reads + " " + worst + " " + sum;
            reads = 0;
            worst = 0;
            sum = 0;
            return line;
        }
    }

    private LatencyReader() {}

    /** The main method of that JVM; its argument is the server's URL. */
    public static void main(String[] arguments) throws IOException {
        Figures figures = new Figures();
        Thread thread = new Thread(() -> read(arguments[0], figures), "reader");
        thread.setDaemon(true);
        thread.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = System.out; // the pipe to the JVM that started this one
        while (in.readLine() != null) {
            out.println(figures.takeAll());
            out.flush();
        }
    }

    private static void read(String url, Figures figures) {
        try (RedisCommands redis = RedisCommands.connect(url)) {
            redis.call("HSET", KEY, "field", "value");
            while (true) {
                long start = System.nanoTime();
                redis.call("HGET", KEY, "field");
                figures.add(System.nanoTime() - start);
            }
        }
    }

    static Process start(String url) throws IOException {
        return new Process(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        LatencyReader.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The other end of a running reader. */
    static final class Process implements AutoCloseable {

        private final java.lang.Process process;
        private final BufferedReader out;

        private Process(java.lang.Process process) {
            this.process = process;
            this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Ends a window. The first window contains the start of the JVM and is not used. */
        Window next() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            String line = out.readLine();
            if (line == null) {
                throw new IOException("The reader has ended");
            }
            String[] figures = line.split(" ");
            long reads = Long.parseLong(figures[0]);
            double sum = Long.parseLong(figures[2]) / 1e3;
            return new Window(reads, Long.parseLong(figures[1]) / 1e3, reads == 0 ? 0 : sum / reads);
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }
}
