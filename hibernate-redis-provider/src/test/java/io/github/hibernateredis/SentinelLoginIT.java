package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisSentinels;
import io.github.hibernateredis.testing.RedisServer;
import io.github.hibernateredis.testing.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** Logs in where servers, sentinels or both require it. */
final class SentinelLoginIT {

    private static final String[] NOBODY = {"ACL", "SETUSER", "default", "on", "nopass"};

    private static RedisSentinels redis;
    private static final List<RedisCommands> SERVERS = new ArrayList<>();
    private static final List<RedisCommands> SENTINELS = new ArrayList<>();

    private RedissonClient client;

    @BeforeAll
    static void start() {
        redis = RedisSentinels.start();
        redis.servers().replicas().forEach(server -> SERVERS.add(server.connect()));
        SERVERS.add(redis.servers().master().connect());
        redis.sentinels().stream().map(RedisServer::connect).forEach(SENTINELS::add);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void forget() {
        if (client != null) {
            client.shutdown();
        }
        SERVERS.forEach(server -> server.call((Object[]) NOBODY));
        SENTINELS.forEach(sentinel -> sentinel.call((Object[]) NOBODY));
    }

    private static void protect(List<RedisCommands> some, String password) {
        some.forEach(one -> one.call("ACL", "SETUSER", "default", "resetpass", ">" + password));
    }

    private static void addUser(List<RedisCommands> some, String name, String password) {
        some.forEach(one -> one.call("ACL", "SETUSER", name, "on", ">" + password, "+@all", "~*", "&*"));
    }

    private void assertWorks(String login, String... settings) {
        Map<String, String> all = new HashMap<>(Topology.settings(redis));
        all.computeIfPresent(RedisSettings.URL, (key, urls) -> urls.replace("redis://", "redis://" + login));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        client = ClientsOfTests.connect(all).get().redisson();
        client.getBucket("key").set("value");
        assertThat(client.getBucket("key").get()).isEqualTo("value");
    }

    @Test
    void serversAndSentinelsThatAskForNothing() {
        assertWorks("");
    }

    @Test
    void noPasswordIsSentToSentinelsThatRequireNone() {
        protect(SERVERS, "secret");
        assertWorks(":secret@");
    }

    @Test
    void sentinelsThatAskForThePasswordOfTheServers() {
        protect(SERVERS, "secret");
        protect(SENTINELS, "secret");
        assertWorks(":secret@");
    }

    @Test
    void sentinelsThatKnowTheUserOfTheServers() {
        protect(SERVERS, "unknown");
        protect(SENTINELS, "unknown");
        addUser(SERVERS, "cache", "secret");
        addUser(SENTINELS, "cache", "secret");
        assertWorks("cache:secret@");
    }

    @Test
    void sentinelsThatAskForAnotherUser() {
        protect(SERVERS, "secret");
        protect(SENTINELS, "unknown");
        addUser(SENTINELS, "watcher", "other");
        assertWorks(":secret@", RedisSettings.SENTINEL_USERNAME, "watcher", RedisSettings.SENTINEL_PASSWORD, "other");
    }

    @Test
    void onlySentinelsThatAskForAPassword() {
        protect(SENTINELS, "other");
        assertWorks("", RedisSettings.SENTINEL_PASSWORD, "other");
    }
}
