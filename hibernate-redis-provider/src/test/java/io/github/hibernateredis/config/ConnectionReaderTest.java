package io.github.hibernateredis.config;

import static io.github.hibernateredis.config.Settings.problems;
import static io.github.hibernateredis.config.Settings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.hibernateredis.config.ConnectionConfig.ExistingClient;
import io.github.hibernateredis.config.ConnectionConfig.Sentinels;
import io.github.hibernateredis.config.ConnectionConfig.Urls;
import io.github.hibernateredis.config.ConnectionConfig.YamlFile;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionReaderTest {

    private static final String URL_EXPECTED = "expected redis://[[username:]password@]host[:port][/database]";
    private static final String ENCODE = "expected special characters of user name and password to be percent-encoded";
    private static final RedisUrl A = new RedisUrl(false, "a", 1, null, null);
    private static final RedisUrl B = new RedisUrl(false, "b", 2, null, null);

    @ParameterizedTest
    @MethodSource
    void readsUrls(Object value, List<RedisUrl> urls) {
        ServerMode mode = urls.size() == 1 ? ServerMode.SINGLE : ServerMode.CLUSTER;
        assertThat(read("url", value).connection()).isEqualTo(new Urls(mode, urls, 0, null));
    }

    static Stream<Arguments> readsUrls() throws Exception {
        return Stream.of(
                arguments("redis://a:1", List.of(A)),
                arguments(" redis://a:1 , redis://b:2 ", List.of(A, B)),
                arguments(URI.create("redis://a:1"), List.of(A)),
                arguments(List.of("redis://a:1", URI.create("redis://b:2")), List.of(A, B)),
                arguments(new String[] {"redis://a:1", "redis://b:2"}, List.of(A, B)),
                arguments(new URI[] {URI.create("redis://a:1")}, List.of(A)),
                arguments("redis://a", List.of(new RedisUrl(false, "a", 6379, null, null))),
                arguments("redis://a/0", List.of(new RedisUrl(false, "a", 6379, null, null))));
    }

    @ParameterizedTest
    @CsvSource({
        "single, redis://a:1, SINGLE",
        "CLUSTER, redis://a:1, CLUSTER",
        "replicated, redis://a:1, REPLICATED",
        "cluster, 'redis://a:1,redis://b:2', CLUSTER",
        "replicated, 'redis://a:1,redis://b:2', REPLICATED"
    })
    void readsTheMode(String mode, String url, ServerMode expected) {
        assertThat(((Urls) read("mode", mode, "url", url).connection()).mode()).isEqualTo(expected);
        assertThat(((Urls) read("mode", expected, "url", url).connection()).mode())
                .isEqualTo(expected);
    }

    @Test
    void readsSentinels() {
        assertThat(read("mode", "sentinel", "url", "redis://a,redis://b:2", "sentinel_master", "mymaster")
                        .connection())
                .isEqualTo(new Urls(
                        ServerMode.SENTINEL,
                        List.of(new RedisUrl(false, "a", 26379, null, null), B),
                        0,
                        new Sentinels("mymaster", null, null)));
    }

    @Test
    void sentinelsHaveTheLoginOfTheServersUnlessTheirsIsGiven() {
        assertThat(sentinels("url", "redis://bob:secret@a"))
                .isEqualTo(new Sentinels("m", "bob", "secret"))
                .hasToString("Sentinels[master=m, login=***]");
        assertThat(sentinels("url", "redis://bob:secret@a", "sentinel_password", "other"))
                .isEqualTo(new Sentinels("m", null, "other"));
        assertThat(sentinels("url", "redis://a", "sentinel_username", "eve", "sentinel_password", "other"))
                .isEqualTo(new Sentinels("m", "eve", "other"));
    }

    private static Sentinels sentinels(Object... namesAndValues) {
        List<Object> all = new ArrayList<>(List.of("mode", "sentinel", "sentinel_master", "m"));
        all.addAll(List.of(namesAndValues));
        return ((Urls) read(all.toArray()).connection()).sentinels();
    }

    @Test
    void refusesALoginOfSentinelsThatIsIncompleteOrOutOfPlace() {
        assertThat(problems("mode", "sentinel", "url", "redis://a", "sentinel_master", "m", "sentinel_username", "bob"))
                .containsExactly("sentinel_username = \"bob\": needs a password in sentinel_password");
        assertThat(problems("sentinel_password", "hunter2"))
                .containsExactly("sentinel_password = ***: is for the mode sentinel only;"
                        + " set mode to sentinel or leave this out");
    }

    @Test
    void readsTheDatabase() {
        assertThat(read("url", "redis://a:1/7").connection())
                .isEqualTo(new Urls(ServerMode.SINGLE, List.of(A), 7, null));
    }

    @ParameterizedTest
    @MethodSource
    void refusesWrongUrls(Object value, String problem) {
        assertThat(problems("url", value)).containsExactly("url = " + problem);
    }

    static Stream<Arguments> refusesWrongUrls() throws Exception {
        String scheme = "expected a URL that begins with redis:// or rediss://";
        return Stream.of(
                arguments("", "\"\": is empty; leave the setting out instead"),
                arguments(List.of(), "[]: is empty; leave the setting out instead"),
                arguments("redis://a,", "\"redis://a,\": has an empty member"),
                arguments(Arrays.asList("redis://a", null), "[redis://a, null]: has an empty member"),
                arguments(7, "7 (java.lang.Integer): expected text"),
                arguments("a:6379", "\"a:6379\": " + URL_EXPECTED),
                arguments("http://a:1", "\"http://a:1\": " + scheme),
                arguments("Redis://a:1", "\"Redis://a:1\": " + scheme),
                arguments(new java.net.URL("http://a:1"), "http://a:1 (java.net.URL): " + scheme),
                arguments("redis://", "\"redis://\": has no host"),
                arguments("redis://:6379", "\"redis://***\": has no host"),
                arguments("redis://bob:hunter2@", "\"redis://***@\": has no host"),
                arguments("redis://a b:1", "\"redis://a b:1\": has no host"),
                arguments("redis://a:0", "\"redis://a:0\": expected a number from 1 to 65535 for the port"),
                arguments("redis://a:65536", "\"redis://a:65536\": expected a number from 1 to 65535 for the port"),
                arguments("redis://a:", "\"redis://***\": expected a number from 1 to 65535 for the port"),
                arguments("redis://bob:hunter2", "\"redis://***\": expected a number from 1 to 65535 for the port"),
                arguments(
                        "redis://a/x",
                        "\"redis://a/x\": expected a number from 0 to 99999 for the database after the host"),
                arguments("redis://a?timeout=1", "\"redis://a?***\": expected nothing after host, port and database"),
                arguments("redis://a#x", "\"redis://a#x\": expected nothing after host, port and database"),
                arguments("redis://bob:hunter/2@a", "\"redis://***@a\": " + ENCODE),
                arguments("redis://bob:hunter@2@a", "\"redis://***@a\": " + ENCODE),
                arguments("redis://bob:hunter%2@a", "\"redis://***@a\": " + ENCODE),
                arguments("redis://bob:@a", "\"redis://***@a\": has an empty password"),
                arguments(
                        "redis://bob:hunt,er2@a",
                        "\"redis://***@a\": URL 1 of 2: " + "expected a number from 1 to 65535 for the port"),
                arguments(
                        "redis://a:1,redis://bob:hunter2@b,http://c",
                        "\"redis://***@b,http://c\": URL 3 of 3: " + scheme),
                arguments(
                        List.of(URI.create("redis://bob:hunter2@a"), URI.create("http://c")),
                        "[redis://***@a, http://c]: URL 2 of 2: " + scheme),
                arguments(
                        "redis://a/1,redis://b/2",
                        "\"redis://a/1,redis://b/2\": expected the same database in all URLs"),
                arguments(
                        "redis://a/1,redis://b/1",
                        "\"redis://a/1,redis://b/1\": expected no database in the URLs of a cluster,"
                                + " which has database 0 only"));
    }

    @ParameterizedTest
    @MethodSource
    void readsAYamlFile(Object value, String resource) {
        assertThat(read("config", value).connection()).isEqualTo(new YamlFile(resource));
    }

    static Stream<Arguments> readsAYamlFile() throws Exception {
        return Stream.of(
                arguments(" redisson.yaml ", "redisson.yaml"),
                arguments(
                        Path.of("conf", "redisson.yaml"),
                        Path.of("conf", "redisson.yaml").toString()),
                arguments(new File("redisson.yaml"), "redisson.yaml"),
                arguments(URI.create("file:/redisson.yaml"), "file:/redisson.yaml"),
                arguments(new java.net.URL("file:/redisson.yaml"), "file:/redisson.yaml"));
    }

    @Test
    void refusesWrongYamlFiles() {
        assertThat(problems("config", " ")).containsExactly("config = \" \": is empty; leave the setting out instead");
        assertThat(problems("config", 7)).containsExactly("config = 7 (java.lang.Integer): expected text");
    }

    @Test
    void takesAClientAsItIs() {
        Object client = new Object();

        assertThat(read("client", client).connection()).isEqualTo(new ExistingClient(client));
        assertThat(read("client", " redisson ").connection()).isEqualTo(new ExistingClient("redisson"));
        assertThat(problems("client", "")).containsExactly("client = \"\": is empty; leave the setting out instead");
    }

    @ParameterizedTest
    @CsvSource({
        "client, config",
        "client, url",
        "client, mode",
        "client, sentinel_master",
        "config, url",
        "config, mode",
        "config, sentinel_master"
    })
    void refusesTwoWaysToConnect(String chosen, String other) {
        assertThat(problems(chosen, "x", other, "y"))
                .containsExactly(
                        other + " = \"y\": contradicts " + chosen + ", which is set as well; keep one of them");
    }

    @Test
    void refusesAModeThatContradictsTheRest() {
        assertThat(problems("mode", "sentinel", "url", "redis://a"))
                .containsExactly("mode = \"sentinel\": needs the master's name in sentinel_master");
        assertThat(problems("mode", "sentinel", "sentinel_master", "m"))
                .containsExactly("mode = \"sentinel\": needs the sentinels' addresses in url");
        assertThat(problems("sentinel_master", "m"))
                .containsExactly("sentinel_master = \"m\": is for the mode sentinel only;"
                        + " set mode to sentinel or leave this out");
        assertThat(problems("mode", "single", "url", "redis://a,redis://b"))
                .containsExactly("mode = \"single\": one server, but 2 are given by url");
    }

    @Test
    void anUnreadableValueCausesNoFurtherComplaints() {
        assertThat(problems("mode", "sentinell", "url", "redis://a,redis://b", "sentinel_master", "m"))
                .containsExactly("mode = \"sentinell\": expected one of single, cluster, sentinel, replicated");
        assertThat(problems("mode", "sentinel", "url", "redis://a", "sentinel_master", " "))
                .containsExactly("sentinel_master = \" \": is empty; leave the setting out instead");
        assertThat(problems("mode", "ring", "url", "a")).hasSize(2);
    }

    @Test
    void showsNoCredentials() {
        assertThat(read("url", "redis://bob:hunter2@a:1").toString())
                .contains("redis://***@a:1")
                .doesNotContain("hunter2", "bob");
        assertThat(read("config", "https://bob:hunter2@a/redisson.yaml").toString())
                .contains("https://***@a/redisson.yaml")
                .doesNotContain("hunter2", "bob");
    }
}
