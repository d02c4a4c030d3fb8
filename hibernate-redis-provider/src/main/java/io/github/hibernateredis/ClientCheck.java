package io.github.hibernateredis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;

/** Checks the configuration of a client that the provider did not configure itself. */
final class ClientCheck {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private ClientCheck() {}

    static boolean readsFromReplicas(Config config) {
        return !config.isSingleConfig()
                && (!(servers(config) instanceof BaseMasterSlaveServersConfig<?> servers)
                        || servers.getReadMode() != ReadMode.MASTER);
    }

    /** Logs one warning if the client repeats requests, or waits longer than one operation of the cache may take. */
    static void warn(Config config, Duration timeout) {
        BaseConfig<?> servers = servers(config);
        if (servers == null) {
            return;
        }
        List<String> found = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        if (servers.getRetryAttempts() > 0) {
            found.add("repeats operations (retryAttempts " + servers.getRetryAttempts() + ")");
            wanted.add("retryAttempts to 0");
        }
        if (servers.getTimeout() > timeout.toMillis()) {
            found.add("waits longer than " + RedisSettings.TIMEOUT + " (timeout " + servers.getTimeout() + " ms)");
            wanted.add("timeout to " + timeout.toMillis());
        }
        if (!found.isEmpty()) {
            LOG.warnf(
                    "The Redisson client %s. An operation of the cache may then reach Redis after its timeout of %d ms"
                            + " and out of order, which costs hits. Set %s in the client's configuration",
                    String.join(" and ", found), timeout.toMillis(), String.join(" and ", wanted));
        }
    }

    /** The configuration of the servers; null for a server mode that is not known here. */
    private static @Nullable BaseConfig<?> servers(Config config) {
        if (config.isSingleConfig()) {
            return config.useSingleServer();
        }
        for (Supplier<BaseConfig<?>> servers : List.<Supplier<BaseConfig<?>>>of(
                config::useClusterServers,
                config::useSentinelServers,
                config::useReplicatedServers,
                config::useMasterSlaveServers)) {
            try {
                return servers.get();
            } catch (IllegalStateException e) {
                continue; // the client uses another server mode
            }
        }
        return null;
    }
}
