package io.github.hibernateredis.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * Counts the requests from the application's instances to Redis, as {@code MONITOR} reports them.
 *
 * <p>Every command that arrives over the network is a request, even if no thread waits for it. Three kinds of commands
 * are not counted: those inside a script, which {@code MONITOR} marks; those that maintain connections ({@code PING}
 * and the like); and the provider's heartbeat, which each instance sends once a second. The scripts of the heartbeat
 * are recorded while the first instance is idle.
 *
 * <p>Thread safe, but the requests of all threads are one sum.
 */
final class RoundTrips implements AutoCloseable {

    /**
     * The time, the database and the source of the command, its name and first argument, and the first key of a script.
     */
    private static final Pattern LINE = Pattern.compile("\\+[\\d.]+ \\[\\d+ (?<source>\\S+)] \"(?<command>\\w+)\""
            + "(?: \"(?<argument>[^\"]*)\"(?: \"\\d+\" \"(?<key>[^\"]*)\")?)?.*");

    private static final Set<String> UPKEEP = Set.of("ping", "client", "hello", "select", "info", "command");
    private static final String FENCE = "quickstart:fence:";
    private static final Duration QUIET = Duration.ofMillis(40);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RedissonClient redisson;
    private final Socket socket;
    private final BufferedReader in;
    private final Set<String> heartbeats = new HashSet<>();
    private final Map<String, Integer> beats = new HashMap<>();
    private boolean learning = true;
    private long requests;
    private long fencesSent;
    private long fencesSeen;

    private RoundTrips(RedissonClient redisson, Socket socket, BufferedReader in) {
        this.redisson = redisson;
        this.socket = socket;
        this.in = in;
    }

    /**
     * Starts to listen. Until {@link #learnHeartbeat()} has returned, all scripts count as heartbeats.
     *
     * @param redisson a client that no other code uses during an operation
     */
    static RoundTrips listen(int port, RedissonClient redisson) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        in.readLine(); // +OK
        RoundTrips roundTrips = new RoundTrips(redisson, socket, in);
        Thread reader = new Thread(roundTrips::read, "monitor");
        reader.setDaemon(true);
        reader.start();
        return roundTrips;
    }

    /**
     * Waits until an idle instance has sent one of its scripts a third time, and so each of its heartbeats twice.
     * Scripts that it has sent once belong to its start. From then on, any other script is a request of the
     * application.
     */
    synchronized void learnHeartbeat() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("No heartbeat");
            }
            wait(QUIET.toMillis());
            fence();
        } while (beats.values().stream().noneMatch(times -> times >= 3));
        beats.values().removeIf(times -> times < 2);
        heartbeats.removeIf(script -> beats.keySet().stream().noneMatch(beat -> beat.startsWith(script)));
        learning = false;
    }

    /** The number of requests so far, including those in progress for which no thread waits. */
    long count() throws InterruptedException {
        settle();
        synchronized (this) {
            return requests;
        }
    }

    /**
     * Waits until no request has arrived for a moment. A loaded value is stored without the session waiting for it, so
     * an operation can end before its last request is sent.
     */
    private synchronized void settle() throws InterruptedException {
        fence();
        long before;
        do {
            before = requests;
            wait(QUIET.toMillis());
            fence();
        } while (requests != before);
    }

    /** Waits until everything that Redis has received by now has been counted. */
    private void fence() throws InterruptedException {
        fencesSent++;
        redisson.getBucket(FENCE + fencesSent).isExists();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (fencesSeen < fencesSent) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IllegalStateException("MONITOR reports no commands");
            }
            wait(left);
        }
    }

    private void read() {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    arrived(
                            matcher.group("source"),
                            matcher.group("command").toLowerCase(Locale.ROOT),
                            matcher.group("argument"),
                            matcher.group("key"));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private synchronized void arrived(String source, String command, @Nullable String argument, @Nullable String key) {
        if (command.equals("exists") && argument != null && argument.startsWith(FENCE)) {
            fencesSeen++;
            notifyAll();
        } else if (source.equals("lua") || UPKEEP.contains(command)) {
            return;
        } else if (!command.equals("evalsha")) {
            requests += learning ? 0 : 1;
        } else if (learning) {
            heartbeats.add(argument);
            beats.merge(argument + ' ' + key, 1, Integer::sum);
        } else if (!heartbeats.contains(argument)) {
            requests++;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
