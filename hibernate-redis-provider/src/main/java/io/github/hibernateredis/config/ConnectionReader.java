package io.github.hibernateredis.config;

import static io.github.hibernateredis.RedisSettings.CLIENT;
import static io.github.hibernateredis.RedisSettings.CLIENT_CUSTOMIZER;
import static io.github.hibernateredis.RedisSettings.CONFIG;
import static io.github.hibernateredis.RedisSettings.MODE;
import static io.github.hibernateredis.RedisSettings.SENTINEL_MASTER;
import static io.github.hibernateredis.RedisSettings.SENTINEL_PASSWORD;
import static io.github.hibernateredis.RedisSettings.SENTINEL_USERNAME;
import static io.github.hibernateredis.RedisSettings.URL;

import io.github.hibernateredis.config.ConnectionConfig.ExistingClient;
import io.github.hibernateredis.config.ConnectionConfig.Sentinels;
import io.github.hibernateredis.config.ConnectionConfig.Urls;
import io.github.hibernateredis.config.ConnectionConfig.YamlFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the settings of the connection, and rejects contradictions. */
final class ConnectionReader {

    private static final String DEFAULT_URL = "redis://127.0.0.1:6379";
    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    private final SettingsReader in;

    ConnectionReader(SettingsReader in) {
        this.in = in;
    }

    /** The connection; null if its settings have problems. */
    @Nullable
    ConnectionConfig read() {
        if (in.isSet(CLIENT)) {
            refuseBeside(
                    CLIENT,
                    CONFIG,
                    URL,
                    MODE,
                    SENTINEL_MASTER,
                    SENTINEL_USERNAME,
                    SENTINEL_PASSWORD,
                    CLIENT_CUSTOMIZER);
            return in.read(CLIENT, ConnectionReader::client);
        }
        if (in.isSet(CONFIG)) {
            refuseBeside(CONFIG, URL, MODE, SENTINEL_MASTER, SENTINEL_USERNAME, SENTINEL_PASSWORD, CLIENT_CUSTOMIZER);
            return in.read(CONFIG, value -> new YamlFile(Texts.location(value)));
        }
        return readUrls();
    }

    private void refuseBeside(String chosen, String... others) {
        for (String other : others) {
            if (in.isSet(other)) {
                in.refuse(other, "contradicts " + chosen + ", which is set as well; keep one of them");
            }
        }
    }

    private static ExistingClient client(Object value) {
        return new ExistingClient(value instanceof CharSequence ? Texts.text(value) : value);
    }

    private @Nullable Urls readUrls() {
        ServerMode given = in.read(MODE, Choices.of(ServerMode.class));
        String master = in.read(SENTINEL_MASTER, Texts::text);
        if (in.isSet(MODE) && given == null) {
            // The validity of the other settings depends on the mode: without it, further messages would be guesses.
            in.read(URL, value -> targets(value, REDIS_PORT));
            return null;
        }
        boolean sentinel = given == ServerMode.SENTINEL;
        List<RedisUrl.Target> targets = in.isSet(URL)
                ? in.read(URL, value -> targets(value, sentinel ? SENTINEL_PORT : REDIS_PORT))
                : targets(DEFAULT_URL, REDIS_PORT);
        String username = in.read(SENTINEL_USERNAME, Texts::text);
        String password = in.read(SENTINEL_PASSWORD, Texts::text);
        checkSentinel(sentinel);
        if (targets == null) {
            return null;
        }
        boolean several = targets.size() > 1;
        ServerMode mode = given != null ? given : several ? ServerMode.CLUSTER : ServerMode.SINGLE;
        if (mode == ServerMode.SINGLE && several) {
            in.refuse(MODE, "one server, but " + targets.size() + " are given by " + URL);
        }
        int database = targets.get(0).database();
        if (targets.stream().anyMatch(target -> target.database() != database)) {
            in.refuse(URL, "expected the same database in all URLs");
        } else if (mode == ServerMode.CLUSTER && database != 0) {
            in.refuse(URL, "expected no database in the URLs of a cluster, which has database 0 only");
        }
        List<RedisUrl> urls = targets.stream().map(RedisUrl.Target::url).toList();
        return new Urls(
                mode, urls, database, master == null ? null : sentinels(master, username, password, urls.get(0)));
    }

    private static Sentinels sentinels(
            String master, @Nullable String username, @Nullable String password, RedisUrl url) {
        return password == null
                ? new Sentinels(master, url.username(), url.password())
                : new Sentinels(master, username, password);
    }

    private void checkSentinel(boolean sentinel) {
        if (sentinel && !in.isSet(SENTINEL_MASTER)) {
            in.refuse(MODE, "needs the master's name in " + SENTINEL_MASTER);
        } else if (sentinel && !in.isSet(URL)) {
            in.refuse(MODE, "needs the sentinels' addresses in " + URL);
        }
        for (String setting : List.of(SENTINEL_MASTER, SENTINEL_USERNAME, SENTINEL_PASSWORD)) {
            if (!sentinel && in.isSet(setting)) {
                in.refuse(setting, "is for the mode sentinel only; set " + MODE + " to sentinel or leave this out");
            }
        }
        if (in.isSet(SENTINEL_USERNAME) && !in.isSet(SENTINEL_PASSWORD)) {
            in.refuse(SENTINEL_USERNAME, "needs a password in " + SENTINEL_PASSWORD);
        }
    }

    private static List<RedisUrl.Target> targets(Object value, int defaultPort) {
        List<Object> members = Texts.members(value);
        List<RedisUrl.Target> targets = new ArrayList<>();
        for (Object member : members) {
            try {
                targets.add(RedisUrl.parse(Texts.location(member), defaultPort));
            } catch (WrongValueException wrong) {
                String which =
                        members.size() == 1 ? "" : "URL " + (targets.size() + 1) + " of " + members.size() + ": ";
                throw new WrongValueException(which + wrong.getMessage());
            }
        }
        return targets;
    }
}
