package io.github.hibernateredis.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.RedisStrictCommand;
import org.redisson.client.protocol.decoder.ListMultiDecoder2;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;
import org.redisson.connection.MasterSlaveEntry;

/** Reads the facts about servers. It writes nothing. */
final class ServerProbe {

    private static final int PINGS = 20;
    private static final int SLOW_COMMANDS = 32;

    /** Checks the user's permissions: each command as it is run on a key of the prefix. */
    private static final String RIGHTS = """
            local missing = {}
            local function ask(name, ...)
              local known, allowed = pcall(redis.acl_check_cmd, ...)
              if known and not allowed then missing[#missing + 1] = name end
            end
            if not redis.acl_check_cmd then return '?' end
            local key = KEYS[1]
            ask('ping', 'PING')
            ask('time', 'TIME')
            ask('evalsha', 'EVALSHA', 'x', '1', key)
            ask('script|load', 'SCRIPT', 'LOAD', 'x')
            ask('hmget', 'HMGET', key, 'x')
            ask('hget', 'HGET', key, 'x')
            ask('hset', 'HSET', key, 'x', 'x')
            ask('hdel', 'HDEL', key, 'x')
            ask('hscan', 'HSCAN', key, '0')
            ask('hlen', 'HLEN', key)
            ask('del', 'DEL', key)
            ask('unlink', 'UNLINK', key)
            ask('pexpire', 'PEXPIRE', key, '1')
            ask('hpexpire', 'HPEXPIRE', key, '1', 'FIELDS', '1', 'x')
            ask('info', 'INFO')
            ask('memory|usage', 'MEMORY', 'USAGE', key)
            ask('scan', 'SCAN', '0')
            ask('pttl', 'PTTL', key)
            ask('hrandfield', 'HRANDFIELD', key, '1')
            return table.concat(missing, ' ')
            """;

    private final RedisConnection connection;

    private ServerProbe(RedisConnection connection) {
        this.connection = connection;
    }

    /** All masters, ordered by address. */
    static List<ServerFacts> all(RedissonClient client, String keyPrefix) {
        List<ServerFacts> servers = new ArrayList<>();
        for (MasterSlaveEntry entry :
                ((Redisson) client).getCommandExecutor().getConnectionManager().getEntrySet()) {
            RedisConnection connection =
                    entry.connectionWriteOp(RedisCommands.PING).join();
            servers.add(new ServerProbe(connection)
                    .facts(String.valueOf(entry.getClient().getConfig().getAddress()), keyPrefix));
        }
        servers.sort(Comparator.comparing(ServerFacts::address));
        return servers;
    }

    private ServerFacts facts(String address, String keyPrefix) {
        String rights = allowed(() -> rights(keyPrefix + ":{doctor}"));
        Set<String> missing = rights == null
                ? new TreeSet<>(Set.of("evalsha or script|load"))
                : rights.equals("?") ? null : words(rights);
        return new ServerFacts(
                address.substring(address.indexOf("//") + 2),
                allowed(() -> connection.sync(StringCodec.INSTANCE, new RedisStrictCommand<String>("ACL", "WHOAMI"))),
                info(),
                missing,
                pings(),
                allowed(this::slowCommands));
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(
                Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList());
    }

    private String rights(String key) {
        String digest = connection.sync(StringCodec.INSTANCE, new RedisStrictCommand<String>("SCRIPT", "LOAD"), RIGHTS);
        return connection.sync(StringCodec.INSTANCE, new RedisStrictCommand<String>("EVALSHA"), digest, 1, key);
    }

    private Map<String, String> info() {
        Map<String, String> info = new HashMap<>();
        String text = allowed(() -> connection.sync(StringCodec.INSTANCE, new RedisStrictCommand<String>("INFO")));
        if (text != null) {
            text.lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
                int colon = line.indexOf(':');
                info.put(line.substring(0, colon), line.substring(colon + 1).strip());
            });
        }
        return info;
    }

    private List<Long> pings() {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < PINGS; i++) {
            long begin = System.nanoTime();
            connection.sync(StringCodec.INSTANCE, RedisCommands.PING);
            micros.add((System.nanoTime() - begin) / 1_000);
        }
        return micros;
    }

    private List<ServerFacts.Slow> slowCommands() {
        List<List<Object>> log = connection.sync(
                StringCodec.INSTANCE,
                new RedisCommand<Object>(
                        "SLOWLOG",
                        "GET",
                        new ListMultiDecoder2<Object>(
                                new ObjectListReplayDecoder<>(),
                                new ObjectListReplayDecoder<>(),
                                new ObjectListReplayDecoder<>())),
                SLOW_COMMANDS);
        List<ServerFacts.Slow> slow = new ArrayList<>();
        for (List<Object> entry : log) {
            Object command = entry.get(3) instanceof List<?> words && !words.isEmpty() ? words.get(0) : "?";
            slow.add(new ServerFacts.Slow(
                    number(entry.get(1)),
                    number(entry.get(2)),
                    String.valueOf(command).toUpperCase(Locale.ROOT)));
        }
        return slow;
    }

    private static long number(Object value) {
        return Long.parseLong(String.valueOf(value));
    }

    /** The answer of the server; null if it replies with an error. */
    private static <T> @Nullable T allowed(Supplier<T> question) {
        try {
            return question.get();
        } catch (RedisException e) {
            return null;
        }
    }
}
