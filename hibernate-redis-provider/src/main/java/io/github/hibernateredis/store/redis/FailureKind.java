package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.NotConnectedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReconnectedException;
import org.redisson.client.RedisTimeoutException;

/**
 * Why an operation failed, found by its causes. Redisson wraps connection failures in exceptions of several types, one
 * of which it also throws for an error reply of the server.
 */
public enum FailureKind {
    /** Nothing listens at the address. */
    REFUSED("Connection refused", "Start Redis there, or correct the address"),
    /** The server, or a proxy or firewall in between, aborted the connection. */
    RESET("Connection reset", "Check the server's log, and the proxies and firewalls in between"),
    /** The connection ended. */
    CLOSED("Connection closed", "Check the server's log; it may have been stopped, or have closed idle connections"),
    /** The name of the host has no address. */
    UNKNOWN_HOST("Unknown host", "Correct the host name, or check the DNS server"),
    /** The encrypted connection was not established. */
    TLS("TLS failed", "Check the certificate and the trust store, and that both sides use TLS (rediss://)"),
    /** The server does not accept the login. */
    AUTHENTICATION("Login refused", "Correct the user name and password of the connection"),
    /** The server's memory is full. */
    OUT_OF_MEMORY("Redis is out of memory", "Raise maxmemory, or set maxmemory-policy to volatile-lru"),
    /** The server is a replica. */
    READ_ONLY("Redis is a read-only replica", "Connect to the master, or use mode sentinel, cluster or replicated"),
    /** The server cannot save its data, and therefore accepts no writes. */
    MISCONF("Redis accepts no writes because it cannot save its data", "Check the server's log and disk"),
    /** The server is reading its data from disk. */
    LOADING("Redis is still loading its data", "Wait until it has started"),
    /** The cluster does not serve the slot, or a replica has lost its master. */
    CLUSTER_DOWN("The cluster is down", "Check CLUSTER INFO; slots may have no master"),
    /** The Redis user lacks the permission. */
    NO_PERMISSION("Permission denied", "Give the Redis user the permissions that docs/security.md lists"),
    /** The server does not have the script, which is then sent again in full. */
    NO_SCRIPT("Redis does not know the script", "Nothing needs to be done: the script is sent again"),
    /** The server sent another error reply. */
    ERROR_REPLY("Redis replied with an error", "Check the server's log"),
    /** No answer, or no connection, within the timeout. */
    TIMEOUT("No answer in time", "Check the load of the server and of this instance, the slow log and the network"),
    /** There is no connection. */
    NOT_CONNECTED("No connection", "Check that Redis runs and can be reached from here"),
    /** Something else. */
    OTHER("Unexpected failure", "Read the exception");

    private static final int DEEPEST_CAUSE = 50;
    private static final int LONGEST_REASON = 400;

    private static final String SAYS_NOTHING = "Unexpected exception while processing command";

    /** What Redisson appends to an error reply: the number of the connection, and the command. */
    private static final Pattern APPENDED = Pattern.compile("(?s)\\.? channel: .*");

    /**
     * The code of an error reply: at its beginning or, before Redis 7, after the place in the script that raised it.
     */
    private static final Pattern CODE = Pattern.compile(
            "(?:^-?(?:ERR )?|: -?)(NOAUTH|WRONGPASS|OOM|READONLY|MISCONF|LOADING|CLUSTERDOWN|MASTERDOWN|NOPERM|NOSCRIPT)\\b");

    private static final Pattern LOGIN = Pattern.compile("^ERR (?:invalid password|.*\\bAUTH\\b)");
    private static final Pattern ANY_CODE = Pattern.compile("^-?[A-Z][A-Z0-9]+\\b");

    private final String title;
    private final String remedy;

    FailureKind(String title, String remedy) {
        this.title = title;
        this.remedy = remedy;
    }

    /** Whether the failure is a reply: then the server is reachable, and the connection works. */
    boolean isAnswer() {
        return switch (this) {
            case AUTHENTICATION,
                    OUT_OF_MEMORY,
                    READ_ONLY,
                    MISCONF,
                    LOADING,
                    CLUSTER_DOWN,
                    NO_PERMISSION,
                    NO_SCRIPT,
                    ERROR_REPLY -> true;
            case REFUSED, RESET, CLOSED, UNKNOWN_HOST, TLS, TIMEOUT, NOT_CONNECTED, OTHER -> false;
        };
    }

    /** The kind of the innermost cause that has one. */
    static FailureKind of(Throwable failure) {
        FailureKind kind = OTHER;
        for (Throwable cause : chain(failure)) {
            FailureKind found = ofAlone(cause);
            if (found != OTHER && (found != NOT_CONNECTED || kind == OTHER)) {
                kind = found;
            }
        }
        return kind;
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = failure; t != null && chain.size() < DEEPEST_CAUSE; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }

    private static FailureKind ofAlone(Throwable failure) {
        if (failure instanceof UnknownHostException || failure instanceof UnresolvedAddressException) {
            return UNKNOWN_HOST;
        }
        if (failure instanceof SSLException || failure instanceof GeneralSecurityException) {
            return TLS;
        }
        if (failure instanceof ClosedChannelException) {
            return CLOSED;
        }
        if (failure instanceof NotConnectedException
                || failure instanceof RedisNodeNotFoundException
                || failure instanceof RedisReconnectedException) {
            return NOT_CONNECTED;
        }
        if (failure instanceof RedisTimeoutException
                || failure instanceof TimeoutException
                || failure instanceof SocketTimeoutException) {
            return TIMEOUT;
        }
        if (failure instanceof RedisOutOfMemoryException) {
            return OUT_OF_MEMORY; // Redisson removes the code from its message
        }
        String message = message(failure);
        if (failure instanceof RedisConnectionException) {
            return ofConnection(message.toLowerCase(Locale.ROOT), NOT_CONNECTED);
        }
        if (failure instanceof RedisException) {
            return ofAnswer(message);
        }
        boolean connecting = failure instanceof ConnectException;
        return failure instanceof IOException
                ? ofConnection(message.toLowerCase(Locale.ROOT), connecting ? NOT_CONNECTED : OTHER)
                : OTHER;
    }

    private static FailureKind ofConnection(String message, FailureKind otherwise) {
        if (message.contains("refused")) {
            return REFUSED;
        }
        if (message.contains("reset") || message.contains("broken pipe")) {
            return RESET;
        }
        if (message.contains("timed out")) {
            return TIMEOUT;
        }
        return message.contains("closed") ? CLOSED : otherwise;
    }

    private static FailureKind ofAnswer(String message) {
        Matcher code = CODE.matcher(message);
        if (code.find()) {
            return switch (code.group(1)) {
                case "NOAUTH", "WRONGPASS" -> AUTHENTICATION;
                case "OOM" -> OUT_OF_MEMORY;
                case "READONLY" -> READ_ONLY;
                case "MISCONF" -> MISCONF;
                case "LOADING" -> LOADING;
                case "CLUSTERDOWN", "MASTERDOWN" -> CLUSTER_DOWN;
                case "NOPERM" -> NO_PERMISSION;
                default -> NO_SCRIPT;
            };
        }
        if (LOGIN.matcher(message).find()) {
            return AUTHENTICATION;
        }
        if (message.contains("The user executing the script")) {
            return NO_PERMISSION; // before Redis 7
        }
        return ANY_CODE.matcher(message).find() ? ERROR_REPLY : OTHER;
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null
                ? ""
                : APPENDED.matcher(failure.getMessage()).replaceFirst("");
    }

    /** Describes the failure in one line for the log: the kind, the details of the causes, and what to do. */
    public static String describe(Throwable failure) {
        FailureKind kind = of(failure);
        String reason = reason(failure);
        String what = reason.toLowerCase(Locale.ROOT).startsWith(kind.title.toLowerCase(Locale.ROOT))
                ? reason
                : kind.title + ": " + reason;
        return what + (what.endsWith(".") ? " " : ". ") + kind.remedy;
    }

    /** The message of Redisson and of the innermost cause, such as an untrusted certificate or an unknown host. */
    private static String reason(Throwable failure) {
        List<Throwable> chain = chain(failure);
        Throwable innermost = chain.get(chain.size() - 1);
        String why = message(innermost).isEmpty() ? innermost.getClass().getName() : message(innermost);
        String what = "";
        for (Throwable cause : chain.subList(0, chain.size() - 1)) {
            String message = message(cause);
            if (cause instanceof RedisException && !message.startsWith(SAYS_NOTHING)) {
                what = message;
            } else if (cause instanceof IOException && message.contains(why)) {
                why = message; // netty adds the address
            }
        }
        String all = what.isEmpty() || why.contains(what) ? why : what.contains(why) ? what : what + ": " + why;
        return all.length() > LONGEST_REASON ? all.substring(0, LONGEST_REASON) + "..." : all;
    }
}
