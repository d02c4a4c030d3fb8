package io.github.hibernateredis.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the provider comes by its connection to Redis. */
public sealed interface ConnectionConfig {

    /**
     * A client made for these servers.
     *
     * @param mode how the servers are arranged
     * @param urls the servers, the sentinels in the mode {@link ServerMode#SENTINEL}; one only in the mode
     *     {@link ServerMode#SINGLE}
     * @param database the number of the database; 0 in the mode {@link ServerMode#CLUSTER}
     * @param sentinels what is known of the sentinels in the mode {@link ServerMode#SENTINEL}, else null
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
     * What is known of the sentinels beside their addresses.
     *
     * @param master the name under which they know the master
     * @param username as whom to log in at them; null for the default user
     * @param password the password for that; null to log in as nobody
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
     * A client made from a Redisson YAML file.
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
     * A client of the application's own, not to be closed.
     *
     * @param client the client, or as a {@link String} the name of a bean that is one; of which type the object is
     *     remains to be checked
     */
    record ExistingClient(Object client) implements ConnectionConfig {

        @Override
        public String toString() {
            Object shown = client instanceof String ? client : client.getClass().getName();
            return "ExistingClient[client=" + shown + "]";
        }
    }
}
