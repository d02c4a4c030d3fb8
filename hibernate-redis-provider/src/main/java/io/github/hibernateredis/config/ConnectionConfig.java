package io.github.hibernateredis.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the provider connects to Redis. Immutable; one of three kinds. */
public sealed interface ConnectionConfig {

    /**
     * A client that the provider creates for these servers.
     *
     * @param mode how the servers are organized
     * @param urls the servers; the sentinels in the mode {@link ServerMode#SENTINEL}; exactly one in the mode
     *     {@link ServerMode#SINGLE}
     * @param database the number of the database; 0 in the mode {@link ServerMode#CLUSTER}
     * @param sentinels the settings of the sentinels in the mode {@link ServerMode#SENTINEL}, else null
     */
    record Urls(
            ServerMode mode,
            List<RedisUrl> urls,
            int database,
            @Nullable Sentinels sentinels) implements ConnectionConfig {

        /** Copies the list. */
        public Urls {
            urls = List.copyOf(urls);
        }
    }

    /**
     * The settings of the sentinels, apart from their addresses.
     *
     * @param master the name under which they know the master
     * @param username the user name for them; null for the default user
     * @param password the password for them; null for no login
     */
    record Sentinels(
            String master,
            @Nullable String username,
            @Nullable String password) {

        @Override
        public String toString() {
            return "Sentinels[master=" + master + (password == null ? "" : ", login=***") + "]";
        }
    }

    /**
     * A client that the provider creates from a Redisson YAML file.
     *
     * @param resource the file, on the class path or in the file system, or its URL
     */
    record YamlFile(String resource) implements ConnectionConfig {

        @Override
        public String toString() {
            return "YamlFile[resource=" + Redaction.redact(resource) + "]";
        }
    }

    /**
     * A client of the application, which the provider never closes.
     *
     * @param client the client, or as a {@link String} the name of a bean that is one. Its type is
     *     checked later
     */
    record ExistingClient(Object client) implements ConnectionConfig {

        @Override
        public String toString() {
            Object shown = client instanceof String ? client : client.getClass().getName();
            return "ExistingClient[client=" + shown + "]";
        }
    }
}
