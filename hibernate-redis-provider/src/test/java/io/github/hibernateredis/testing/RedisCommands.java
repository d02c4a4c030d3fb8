package io.github.hibernateredis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a Redis server for any command, in RESP 2.
 *
 * <p>Replies are {@link String} (simple and bulk strings), {@link Long}, {@link List} of replies, or {@code null}. An
 * error reply is thrown as a {@link RedisException}. A failure of the connection is thrown as an
 * {@link UncheckedIOException} and closes it, so that a later command cannot read an earlier reply. Thread safe:
 * threads take turns.
 */
public final class RedisCommands implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RedisCommands(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    /**
     * Connects to {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS, with a
     * timeout of ten seconds for the connection and for each reply.
     *
     * @throws UncheckedIOException if no server answers
     */
    public static RedisCommands connect(String url) {
        return connect(url, TIMEOUT);
    }

    /** Connects like {@link #connect(String)}, with another timeout for the connection and for each reply. */
    public static RedisCommands connect(String url, Duration timeout) {
        URI uri = URI.create(url);
        int port = uri.getPort() == -1 ? 6379 : uri.getPort();
        int millis = Math.toIntExact(timeout.toMillis());
        try {
            Socket socket = "rediss".equals(uri.getScheme())
                    ? SSLSocketFactory.getDefault().createSocket()
                    : new Socket();
            try {
                socket.connect(new InetSocketAddress(uri.getHost(), port), millis);
                socket.setSoTimeout(millis);
                socket.setTcpNoDelay(true);
                RedisCommands redis = new RedisCommands(socket);
                redis.open(uri);
                return redis;
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("No Redis at " + uri.getHost() + ":" + port, e);
        }
    }

    private void open(URI uri) {
        String user = uri.getUserInfo();
        if (user != null) {
            int colon = user.indexOf(':');
            String password = user.substring(colon + 1);
            if (colon > 0) {
                call("AUTH", user.substring(0, colon), password);
            } else {
                call("AUTH", password);
            }
        }
        if (uri.getPath() != null && uri.getPath().length() > 1) {
            call("SELECT", uri.getPath().substring(1));
        }
    }

    /**
     * Sends a command and returns its reply; bulk strings are decoded as UTF-8.
     *
     * @param words the command and its arguments: {@code byte[]} is sent unchanged, any other object as its
     *     {@link Object#toString()} in UTF-8
     */
    public @Nullable Object call(Object... words) {
        return exchange(bytes -> new String(bytes, UTF_8), words);
    }

    /** Sends a command like {@link #call}, but returns bulk strings as {@code byte[]}. */
    public @Nullable Object callRaw(Object... words) {
        return exchange(bytes -> bytes, words);
    }

    /** Sends a command whose reply is an integer. */
    public long number(Object... words) {
        return (Long) present(call(words), words);
    }

    /** Sends a command whose reply is a string or nothing. */
    public @Nullable String string(Object... words) {
        return (String) call(words);
    }

    /** Sends a command whose reply is a list. */
    @SuppressWarnings("unchecked")
    public List<@Nullable Object> list(Object... words) {
        return (List<@Nullable Object>) present(call(words), words);
    }

    /** Sends a command whose reply alternates names and values, for example {@code HGETALL} or {@code CONFIG GET}. */
    public Map<String, String> map(Object... words) {
        List<@Nullable Object> reply = list(words);
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < reply.size(); i += 2) {
            map.put(String.valueOf(reply.get(i)), String.valueOf(reply.get(i + 1)));
        }
        return map;
    }

    /** Whether the server answers. Never throws. */
    public boolean ping() {
        try {
            return "PONG".equals(call("PING"));
        } catch (UncheckedIOException | RedisException e) {
            return false;
        }
    }

    /** Removes every key of every database of the server. */
    public void flushAll() {
        call("FLUSHALL");
    }

    /** The keys that match a glob pattern, sorted; read with SCAN, so that the server is never blocked. */
    public SortedSet<String> keys(String pattern) {
        SortedSet<String> keys = new TreeSet<>();
        Object cursor = "0";
        do {
            List<@Nullable Object> reply = list("SCAN", cursor, "MATCH", pattern, "COUNT", 1000);
            cursor = String.valueOf(reply.get(0));
            if (reply.get(1) instanceof List<?> batch) {
                batch.forEach(key -> keys.add(String.valueOf(key)));
            }
        } while (!"0".equals(cursor));
        return keys;
    }

    /** A section of {@code INFO}, for example {@code server}, as fields and values. */
    public Map<String, String> info(String section) {
        Map<String, String> fields = new LinkedHashMap<>();
        String text = (String) present(call("INFO", section), "INFO", section);
        for (String line : text.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    /**
     * How often each command ran since the last {@link #resetStatistics()}, by its name in lower case, with subcommands
     * as in {@code config|get}. Commands inside a script are counted as well as the script. {@code info} and
     * {@code config|resetstat} of this class are omitted.
     */
    public Map<String, Long> commandStats() {
        Map<String, Long> calls = new TreeMap<>();
        info("commandstats").forEach((name, values) -> {
            String command = name.substring("cmdstat_".length());
            if (!command.equals("info") && !command.equals("config|resetstat")) {
                calls.put(command, callsOf(values));
            }
        });
        return calls;
    }

    /** Sets the counts of {@link #commandStats()} to zero. */
    public void resetStatistics() {
        call("CONFIG", "RESETSTAT");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long callsOf(String values) {
        for (String value : values.split(",")) {
            if (value.startsWith("calls=")) {
                return Long.parseLong(value.substring("calls=".length()));
            }
        }
        throw new IllegalStateException("No calls in " + values);
    }

    private static Object present(@Nullable Object reply, Object... words) {
        if (reply == null) {
            throw new IllegalStateException("No reply to " + List.of(words));
        }
        return reply;
    }

    private synchronized @Nullable Object exchange(Function<byte[], Object> bulk, Object... words) {
        try {
            send(words);
            Object reply = receive(bulk);
            if (reply instanceof RedisException error) {
                throw error;
            }
            return reply;
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    private void send(Object... words) throws IOException {
        out.write(("*" + words.length + "\r\n").getBytes(UTF_8));
        for (Object word : words) {
            byte[] bytes = word instanceof byte[] raw ? raw : word.toString().getBytes(UTF_8);
            out.write(("$" + bytes.length + "\r\n").getBytes(UTF_8));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
        }
        out.flush();
    }

    /** Errors are returned, not thrown: inside a list (EXEC, for example) they are replies like any other. */
    private @Nullable Object receive(Function<byte[], Object> bulk) throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> new RedisException(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                yield length < 0 ? null : bulk.apply(bytes(length));
            }
            case '*' -> {
                int size = Integer.parseInt(rest);
                if (size < 0) {
                    yield null;
                }
                List<@Nullable Object> list = new ArrayList<>(size);
                for (int i = 0; i < size; i++) {
                    list.add(receive(bulk));
                }
                yield list;
            }
            default -> throw new IOException("Not a reply: " + line);
        };
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
            throw new EOFException("The server hung up");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\r') {
            if (next < 0) {
                throw new EOFException("The server hung up");
            }
            line.write(next);
            next = in.read();
        }
        if (in.read() != '\n' || line.size() == 0) {
            throw new IOException("Not a reply: " + line);
        }
        return line.toString(UTF_8);
    }
}
