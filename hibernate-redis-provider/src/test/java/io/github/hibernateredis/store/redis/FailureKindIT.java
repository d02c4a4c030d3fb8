package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.WriteRedisConnectionException;
import org.redisson.config.Config;

/** Checks how Redisson reports each kind of failure, and how the provider classifies it. */
final class FailureKindIT {

    /** For requests that must time out, or may. */
    private static final int SHORT = 3_000;

    private static final int LONG = 60_000;

    /** A server that accepts connections, and then answers each other command as the test wants. */
    private static final class Impostor implements AutoCloseable {

        static final String BABBLE = "babble";

        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final String reaction;
        private volatile boolean treacherous;

        /** @param reaction the error reply, or another reaction */
        Impostor(String reaction) throws IOException {
            this.reaction = reaction;
            start(() -> {
                while (true) {
                    Socket client = socket.accept();
                    start(() -> serve(client));
                }
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    return; // the test is over
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(Socket client) throws IOException {
            try (client) {
                if (reaction.equals(BABBLE)) {
                    client.getOutputStream().write("-ERR Protocol error\r\n".getBytes(US_ASCII));
                }
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    int words = Integer.parseInt(line.substring(1));
                    String command = "";
                    for (int i = 0; i < words; i++) {
                        in.readLine();
                        String word = in.readLine();
                        command = i == 0 ? word.toUpperCase(Locale.ROOT) : command;
                    }
                    if (!treacherous || command.equals("PING")) {
                        client.getOutputStream().write("+PONG\r\n".getBytes(US_ASCII));
                    } else {
                        client.getOutputStream().write(("-" + reaction + "\r\n").getBytes(US_ASCII));
                    }
                }
            }
        }

        String url() {
            return "redis://127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static RedissonClient client(String url, @Nullable String password, boolean lazy) {
        return client(url, password, lazy, SHORT);
    }

    private static RedissonClient client(String url, @Nullable String password, boolean lazy, int millis) {
        Config config = new Config();
        config.setLazyInitialization(lazy);
        config.setPassword(password);
        config.useSingleServer()
                .setAddress(url)
                .setRetryAttempts(0)
                .setTimeout(millis)
                .setConnectTimeout(millis)
                .setConnectionPoolSize(2)
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0);
        return Redisson.create(config);
    }

    /** The failure of a script, which is what the stores send. */
    private static Throwable failure(RedissonClient client) {
        RedisConnection redis = new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE);
        CompletableFuture<?> sent = redis.run(
                RequestKind.WRITE,
                Route.ANY,
                Script.TABLES_CLEAR,
                List.of("test:{kinds}:tables"),
                RedisConnection.bytes("i"));
        return catchThrowable(sent::join);
    }

    private static void assertKind(Throwable failure, FailureKind kind) {
        assertThat(failure).isNotNull();
        assertThat(FailureKind.of(failure))
                .as(() -> failure + " caused by " + failure.getCause())
                .isEqualTo(kind);
        assertThat(FailureKind.describe(failure)).doesNotContain("channel:").doesNotContain("Exception:");
    }

    private static void assertKind(String url, @Nullable String password, FailureKind kind) {
        RedissonClient client = client(url, password, true, LONG);
        try {
            assertKind(failure(client), kind);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aServerThatWasNeverThere() throws IOException {
        String url;
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            url = "redis://127.0.0.1:" + socket.getLocalPort();
        }
        assertKind(url, null, FailureKind.REFUSED);
    }

    @Test
    void aServerThatWasKilled() {
        try (RedisServer server = RedisServer.start()) {
            RedissonClient client = client(server.url(), null, false);
            try {
                server.kill();
                Throwable failure = failure(client);
                for (int i = 0; i < 10 && FailureKind.of(failure) != FailureKind.REFUSED; i++) {
                    failure = failure(client); // the first failures may come from the old connection
                }
                assertKind(failure, FailureKind.REFUSED);
                assertThat(FailureKind.describe(failure))
                        .contains("Connection refused")
                        .contains("Start Redis");
            } finally {
                client.shutdown();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LOADING Redis is loading the dataset in memory                            | LOADING
            CLUSTERDOWN Hash slot not served                                          | CLUSTER_DOWN
            MASTERDOWN Link with MASTER is down                                       | CLUSTER_DOWN
            READONLY You can't write against a read only replica.                     | READ_ONLY
            MISCONF Errors writing to the AOF file: No space left on device           | MISCONF
            OOM command not allowed when used memory > 'maxmemory'.                   | OUT_OF_MEMORY
            NOAUTH Authentication required.                                           | AUTHENTICATION
            ERR invalid password                                                      | AUTHENTICATION
            NOPERM this user has no permissions to run the 'evalsha' command          | NO_PERMISSION
            NOSCRIPT No matching script. Please use EVAL.                             | NO_SCRIPT
            ERR unknown command 'EVALSHA', with args beginning with:                  | ERROR_REPLY
            LAYOUT 3 16                                                               | ERROR_REPLY
            ERR Error running script (call to f_1): @user_script:7: -OOM command not allowed | OUT_OF_MEMORY
            ERR Error running script (call to f_1): @user_script:7: @user_script: 7: -READONLY You can't | READ_ONLY
            ERR The user executing the script can't run this command or subcommand    | NO_PERMISSION
            """, quoteCharacter = '`')
    void aServerThatReactsSo(String reaction, FailureKind kind) throws IOException {
        try (Impostor server = new Impostor(reaction)) {
            RedissonClient client = client(server.url(), null, false, LONG);
            try {
                server.treacherous = true;
                assertKind(failure(client), kind);
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void aServerThatSpeaksNoTls() throws IOException {
        try (Impostor server = new Impostor(Impostor.BABBLE)) {
            assertKind(server.url().replace("redis://", "rediss://"), null, FailureKind.TLS);
        }
    }

    @Test
    void aServerThatRefusesTheLogin() {
        try (RedisServer server = RedisServer.start("--requirepass", "secret")) {
            String url = server.url().replace(":secret@", "");
            assertKind(url, null, FailureKind.AUTHENTICATION);
            assertKind(url, "wrong", FailureKind.AUTHENTICATION);
        }
        try (RedisServer server = RedisServer.start()) {
            assertKind(server.url(), "unasked", FailureKind.AUTHENTICATION);
        }
    }

    @Test
    void aServerThatTakesNoWrites() throws IOException {
        try (RedisServer server = RedisServer.start("--save", "3600 1000000", "--dbfilename", "taken.rdb");
                RedisCommands redis = server.connect()) {
            RedissonClient client = client(server.url(), null, false);
            try {
                redis.call("REPLICAOF", "127.0.0.1", "1");
                assertKind(failure(client), FailureKind.READ_ONLY);
                redis.call("REPLICAOF", "NO", "ONE");

                Files.createDirectory(server.folder().resolve("taken.rdb"));
                redis.call("BGSAVE");
                while (!"err".equals(redis.info("persistence").get("rdb_last_bgsave_status"))) {
                    Thread.onSpinWait();
                }
                assertKind(failure(client), FailureKind.MISCONF);
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void aUserWithoutRights() {
        try (RedisServer server = RedisServer.start();
                RedisCommands redis = server.connect()) {
            redis.call("ACL", "SETUSER", "default", "-evalsha");
            assertKind(server.url(), null, FailureKind.NO_PERMISSION);
            redis.call("ACL", "SETUSER", "default", "+evalsha", "-hset");
            assertKind(server.url(), null, FailureKind.NO_PERMISSION);
        }
    }

    @Test
    void aClusterWithoutSlots() {
        try (RedisServer server = RedisServer.start("--cluster-enabled", "yes")) {
            assertKind(server.url(), null, FailureKind.CLUSTER_DOWN);
        }
    }

    @Test
    void aServerThatIsSilent() {
        try (RedisServer server = RedisServer.start()) {
            RedissonClient client = client(server.url(), null, false);
            try {
                server.pause();
                assertKind(failure(client), FailureKind.TIMEOUT);
            } finally {
                server.resume();
                client.shutdown();
            }
        }
    }

    @Test
    void aClientThatWasShutDown() {
        try (RedisServer server = RedisServer.start()) {
            RedissonClient client = client(server.url(), null, false);
            client.shutdown();
            assertThat(FailureKind.of(failure(client)).isAnswer()).isFalse();
        }
    }

    /** As Redisson throws them. To provoke them would take a name server, certificates, or exact timing. */
    @Test
    void exceptionsWithoutAServer() {
        String connecting = "Unable to connect to Redis server: redis.invalid:6379";
        assertKind(
                new RedisConnectionException(
                        connecting,
                        new CompletionException(new UnknownHostException("redis.invalid: Name or service not known"))),
                FailureKind.UNKNOWN_HOST);
        assertKind(
                new RedisConnectionException(
                        connecting,
                        new SSLHandshakeException("PKIX path building failed")
                                .initCause(new CertificateException("no trust anchor"))),
                FailureKind.TLS);
        assertKind(new NotConnectedException("There is no connection to Redis yet"), FailureKind.NOT_CONNECTED);
        assertKind(new RedisNodeNotFoundException("Node: null hasn't been discovered yet"), FailureKind.NOT_CONNECTED);
        assertKind(new RedisTimeoutException("Command still hasn't been written"), FailureKind.TIMEOUT);
        assertKind(
                new WriteRedisConnectionException("Unable to write", new ClosedChannelException()), FailureKind.CLOSED);
        assertKind(
                new RedisConnectionException(connecting, new SocketException("Connection reset by peer")),
                FailureKind.RESET);
        assertKind(
                new WriteRedisConnectionException("Unable to write", new IOException("Broken pipe")),
                FailureKind.RESET);
        assertKind(new IllegalStateException("a defect"), FailureKind.OTHER);
        assertKind(new RedisException("Unexpected exception while processing command"), FailureKind.OTHER);
    }

    @Test
    void onlyWhatTheServerSaidIsAnAnswer() {
        assertThat(RedisStores.isAnswer(new CompletionException(new RedisException(
                        "Unexpected exception while processing command",
                        new RedisConnectionException(
                                "Unable to connect to Redis server: 127.0.0.1/127.0.0.1:6379",
                                new ConnectException("Connection refused: /127.0.0.1:6379"))))))
                .isFalse();
        assertThat(RedisStores.isAnswer(new RedisException("ERR unknown command. channel: [id: 1] command: (PING)")))
                .isTrue();
        assertThat(RedisStores.isAnswer(new IllegalStateException("a defect"))).isFalse();
    }
}
